(comment) @comment
(module . (comment)* . (expression_statement . (string) @docstring .))
(function_definition body: (block . (comment)* . (expression_statement . (string) @docstring .)))
(class_definition body: (block . (comment)* . (expression_statement . (string) @docstring .)))
; The docstring of an attribute stands right after it.
((expression_statement (assignment)) . (expression_statement . (string) @docstring .))
