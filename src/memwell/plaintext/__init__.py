"""Plaintext memory: one mechanism a file, each a strategy over the same turns."""
