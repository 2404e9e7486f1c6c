"""Logging in: what allauth is told of this office, what a password must be."""
