; @function and @class mark a scope's node, @name what it declares, @outer all that belongs to it.
(function_declaration name: (_) @name body: (_) @body) @function
(method_declaration name: (_) @name body: (_) @body) @function
(func_literal body: (_) @body) @function
(short_var_declaration left: (expression_list . (identifier) @name .)
  right: (expression_list . (func_literal) @function .))
(type_spec name: (_) @name type: [(struct_type) (interface_type)] @body) @class
(type_declaration . (type_spec name: (_) @name type: [(struct_type) (interface_type)]) @class .) @outer
