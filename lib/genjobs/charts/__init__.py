"""What can be drawn: data in, picture out; pure, and the colours that every picture and badge share."""
