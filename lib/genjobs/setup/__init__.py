"""What a database must have, how the console reads it, and the proof that it keeps people apart."""
