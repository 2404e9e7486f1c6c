"""The suite: real databases, real HTTP on loopback, payloads as data."""
