"""What stands behind the one door to the network (collectors/fetcher.py): guard, deadline, limits, politeness."""
