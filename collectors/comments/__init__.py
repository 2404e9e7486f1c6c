"""What makes a comment in a foreign page: where it stands, who wrote it, when, and to whom."""
