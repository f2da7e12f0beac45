; @function and @class mark a scope's node, @name what it declares, @outer all that belongs to it.
(function_definition declarator: (_) @name body: (_) @body) @function
(lambda_expression body: (_) @body) @function
(init_declarator declarator: (identifier) @name value: (lambda_expression) @function)
(class_specifier name: (_) @name body: (_) @body) @class
(struct_specifier name: (_) @name body: (_) @body) @class
(union_specifier name: (_) @name body: (_) @body) @class
(enum_specifier name: (_) @name body: (_) @body) @class
(template_declaration (function_definition declarator: (_) @name) @function) @outer
(template_declaration [(class_specifier name: (_) @name) (struct_specifier name: (_) @name)] @class) @outer
