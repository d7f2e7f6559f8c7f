"""What A-MEM is made of: notes, what is near a note, and how notes change each other."""
