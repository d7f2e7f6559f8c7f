"""What people touch: the command line, imports and the demo."""
