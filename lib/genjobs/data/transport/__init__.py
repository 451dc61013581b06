"""How requests to Supabase travel, and what their answers and errors mean."""
