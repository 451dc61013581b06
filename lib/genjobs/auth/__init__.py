"""Signing in: the flows against Supabase Auth and the server-side session store."""
