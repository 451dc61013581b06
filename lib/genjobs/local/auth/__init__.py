"""A small auth server that speaks what Supabase's auth clients call."""
