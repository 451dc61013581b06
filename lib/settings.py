"""What the console is configured with."""
