"""The types everything shares: pure values, no I/O. Strategies propose, the kernel disposes."""
