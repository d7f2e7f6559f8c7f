"""Language models and embedders: offline by default, any OpenAI-compatible endpoint besides."""
