"""Memory around any model that speaks OpenAI's protocol."""
