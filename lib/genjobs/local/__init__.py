"""A Supabase on this machine: PostgreSQL, PostgREST, an auth server and one gateway."""
