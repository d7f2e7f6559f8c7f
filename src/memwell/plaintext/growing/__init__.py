"""Texts that are brought up to date: summaries, portraits, biographies, from what is new alone."""
