"""The live demo: jobs of the local stack's demo users arrive, and two workers do them."""
