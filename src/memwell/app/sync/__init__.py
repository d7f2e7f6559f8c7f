"""Memories as Markdown files, one each: edited in either place, and brought together again."""
