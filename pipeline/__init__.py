"""Item in, stored mention out, step by step. Knows collectors and storage; knows no HTTP request and no TOML."""
