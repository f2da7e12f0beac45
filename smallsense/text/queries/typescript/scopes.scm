; @function and @class mark a scope's node, @name what it declares, @outer all that belongs to it.
(function_declaration name: (_) @name body: (_) @body) @function
(generator_function_declaration name: (_) @name body: (_) @body) @function
(function_expression body: (_) @body) @function
(function_expression name: (_) @name) @function
(generator_function body: (_) @body) @function
(generator_function name: (_) @name) @function
(arrow_function body: (_) @body) @function
(method_definition name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(abstract_class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
(class body: (_) @body) @class
(class name: (_) @name) @class

; Functions and classes that take their name from where they are put.
(variable_declarator name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)] @function)
(variable_declarator name: (identifier) @name value: (class) @class)
(assignment_expression left: [(identifier) @name (member_expression property: (_) @name)]
  right: [(arrow_function) (function_expression) (generator_function)] @function)
(pair key: (_) @name value: [(arrow_function) (function_expression) (generator_function)] @function)
(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)] @function) @outer

(lexical_declaration . (variable_declarator name: (_) @name
  value: [(arrow_function) (function_expression) (generator_function)] @function) .) @outer
(variable_declaration . (variable_declarator name: (_) @name
  value: [(arrow_function) (function_expression) (generator_function)] @function) .) @outer
(export_statement declaration:
  [(function_declaration name: (_) @name) (generator_function_declaration name: (_) @name)] @function) @outer
(export_statement declaration:
  [(class_declaration name: (_) @name) (abstract_class_declaration name: (_) @name)
   (interface_declaration name: (_) @name) (enum_declaration name: (_) @name)] @class) @outer
(export_statement declaration: (lexical_declaration . (variable_declarator name: (_) @name
  value: [(arrow_function) (function_expression) (generator_function)] @function) .)) @outer
