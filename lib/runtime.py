"""The one console of this process."""
