"""What spend will probably be: daily cents in, an estimate with its band and its own past error out; pure."""
