"""What happens around every page: who asks, from where, in which language, and what goes out with the answer."""
