"""Charts as pure functions from data to pictures, and the colours that pictures and badges share."""
