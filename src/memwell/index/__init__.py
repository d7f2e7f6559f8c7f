"""How memories are found: lexical, dense and late-interaction scoring, and what fuses them."""
