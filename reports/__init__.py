"""People evaluate and query: exports, SQL, figures. Reads the store, never a source."""
