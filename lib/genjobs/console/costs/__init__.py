"""The parts of the Costs page."""
