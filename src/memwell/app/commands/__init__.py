"""The commands of `memwell`, one file each."""
