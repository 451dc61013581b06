"""A small auth server with the API that Supabase's auth clients use."""
