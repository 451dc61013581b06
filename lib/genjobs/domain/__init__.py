"""Values and rules, pure: no import leaves the standard library."""
