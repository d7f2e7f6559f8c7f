"""Copies of a whole memory that are whole at one moment, and their way back."""
