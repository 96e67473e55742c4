"""What policies said, tried, covered and changed: every renderer of it."""
