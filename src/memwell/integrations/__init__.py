"""memwell where programs already are: one file, or package, for each library it fits into."""
