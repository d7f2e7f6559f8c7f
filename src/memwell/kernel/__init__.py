"""Where ops become memory: the façade, the one writer, and everything that spans forms."""
