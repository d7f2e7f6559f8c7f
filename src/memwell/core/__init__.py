"""The types everything shares: pure values, no I/O (DESIGN: strategies propose, the kernel disposes)."""
