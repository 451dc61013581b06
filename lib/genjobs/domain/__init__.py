"""Values and rules without side effects; imports only the standard library."""
