; @function and @class mark a scope's node, @name what it declares.
(function_item name: (_) @name body: (_) @body) @function
(closure_expression body: (_) @body) @function
(let_declaration pattern: (identifier) @name value: (closure_expression) @function)
(impl_item type: (_) @name body: (_) @body) @class
(trait_item name: (_) @name body: (_) @body) @class
(struct_item name: (_) @name) @class
(enum_item name: (_) @name body: (_) @body) @class
(union_item name: (_) @name body: (_) @body) @class
