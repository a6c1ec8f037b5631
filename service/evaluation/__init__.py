"""How well the readers do, beside what could be used instead: has it measured, and shows it."""
