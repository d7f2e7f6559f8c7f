"""The dashboard: a memory in a web browser, drawn by the server. It needs no internet."""
