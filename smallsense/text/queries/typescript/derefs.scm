; Places that fail when the captured value is null or undefined. The capture's name is the kind of dereference.
(member_expression object: (_) @attribute ".")
(subscript_expression object: (_) @subscript . "[")
(call_expression function: [(identifier) (member_expression)] @call . arguments: (arguments))
(for_in_statement operator: "of" right: (_) @iteration)
(array (spread_element (_) @iteration))
(arguments (spread_element (_) @iteration))
(variable_declarator name: [(object_pattern) (array_pattern)] value: (_) @unpacking)
(assignment_expression left: [(object_pattern) (array_pattern)] right: (_) @unpacking)
