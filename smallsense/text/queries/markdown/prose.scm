; What is read as one piece: the inside of a paragraph or heading, and each cell of a table.
(inline) @prose
(pipe_table_cell) @prose
