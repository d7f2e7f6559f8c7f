"""Where memory is kept: SQLite for one machine, content-addressed blobs for big bytes."""
