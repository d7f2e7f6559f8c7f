"""Writers of the formats of other memory systems, one file per format."""
