"""The library behind the Generation Jobs Console."""
