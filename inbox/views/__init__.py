"""One page, or one family of pages, a file: form, one call below, page."""
