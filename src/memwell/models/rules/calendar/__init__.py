"""Times as people write them: the calendar's names, and the rules that resolve each way of telling."""
