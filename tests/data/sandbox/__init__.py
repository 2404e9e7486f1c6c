"""What the sandbox's tests run in a child."""
