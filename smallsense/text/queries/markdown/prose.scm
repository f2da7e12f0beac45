; What is read as one piece: the inside of a paragraph or heading. Cells of tables are labels and values.
(inline) @prose
