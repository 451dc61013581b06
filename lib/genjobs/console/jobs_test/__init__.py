"""The parts of the Jobs test page."""
