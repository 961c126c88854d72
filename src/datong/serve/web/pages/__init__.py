"""One file for each page: its address, its place in the menu, what it shows."""
