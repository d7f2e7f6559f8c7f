"""A graph of entities and of facts that hold for a time: the parts of Zep (paper 35)."""
