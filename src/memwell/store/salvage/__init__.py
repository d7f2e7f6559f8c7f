"""Saves what can be read of a damaged database into a new one."""
