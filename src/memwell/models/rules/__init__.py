"""Answers by rule, without a language model: at once, for nothing, and the same every time."""
