"""Ways in and out of a running program. Each sees only ``Session`` and the tables, never another surface."""
