"""Operations: how fast a memory adds, searches and starts, and what it costs, beside its peers."""
