"""Looks whether a memory is whole, and mends what can be mended."""
