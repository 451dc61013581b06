"""Names that the parts of the page share."""

BOARD = "board"
"""The fragment of what was just created, the filters, the list and the panel: a write redraws only this."""
CREATED = "created-job"
"""The job that this session created last."""
CHOSEN = "chosen-job"
"""The id of the job that the panel shows."""
