"""A demo that is alive: jobs of the local stack's made-up people arrive, and two workers do them."""
