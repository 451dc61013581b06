"""Sends requests to Supabase, and interprets their answers and errors."""
