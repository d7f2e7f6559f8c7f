"""How memories, answers and reports look on a terminal."""
