"""Answering a question from memory, or saying that memory does not hold the answer."""
