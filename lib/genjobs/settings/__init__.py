"""What the console is configured with: keys, URLs, folders."""
