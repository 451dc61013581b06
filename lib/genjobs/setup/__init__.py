"""What a database must have, how the console reads it, and the proof of isolation between people."""
