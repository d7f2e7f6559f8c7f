"""What a served memory stands: many clients at once, over HTTP, beside its peers."""
