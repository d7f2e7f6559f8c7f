"""Memory as tools of the Model Context Protocol, on the official SDK."""
