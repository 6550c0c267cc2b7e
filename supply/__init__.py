"""What this program is made of: a list for others to read, and a look for known holes in it."""
