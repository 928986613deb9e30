"""Files for other programs, made from the two tables: one module a target, each a pure function."""
