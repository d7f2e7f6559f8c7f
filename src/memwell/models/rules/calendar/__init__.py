"""Times as people write them: the calendar's names, and rules for each way of telling."""
