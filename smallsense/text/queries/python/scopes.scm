; @function and @class mark a scope's node, @name what it declares, @outer all that belongs to it.
(function_definition name: (identifier) @name body: (_) @body) @function
(class_definition name: (identifier) @name body: (_) @body) @class
(decorated_definition definition: (function_definition name: (_) @name) @function) @outer
(decorated_definition definition: (class_definition name: (_) @name) @class) @outer
