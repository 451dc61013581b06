"""The Generation Jobs Console: its screens, rules and data access, and a Supabase for this machine."""

__version__ = "0.1.0"
