"""Tables, search and history. No network, no configuration file, no HTTP request is known in this room."""
