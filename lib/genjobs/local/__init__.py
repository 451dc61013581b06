"""A local Supabase: PostgreSQL, PostgREST, an auth server and one gateway."""
