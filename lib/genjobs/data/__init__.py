"""Data access: the only place that asks Supabase for rows."""
