"""The reader behind `answer`: what is asked, what is said, and how one answers the other."""
