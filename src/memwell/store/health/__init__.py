"""What may be wrong with a memory's files, and how the store mends it: one small check each."""
