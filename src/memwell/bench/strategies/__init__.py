"""Plaintext strategies side by side: what they find, at which price, on the same conversations."""
