"""A memory over HTTP: REST under /v1, for whoever shows an API key."""
