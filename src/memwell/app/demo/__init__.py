"""The demo: weeks of conversation between a person and an assistant, and ten questions on it."""
