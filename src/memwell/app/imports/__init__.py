"""Readers that turn files of other programs into conversations, one file per format."""
