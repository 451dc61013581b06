"""The console's configuration: keys, URLs, folders."""
