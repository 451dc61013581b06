"""Data access: the only package that reads rows from Supabase."""
