"""Figures of recorded runs, as `memwell bench` prints them with --json."""
