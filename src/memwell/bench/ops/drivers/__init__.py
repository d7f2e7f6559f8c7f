"""One file per system that is driven, and the harness that measures them all alike.

The peers' files and the harness run in environments that hold no memwell: they need the standard
library, numpy and the peer, and import nothing from here.
"""
