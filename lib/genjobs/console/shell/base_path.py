"""The console is served at the root of a host: its forms, its links and its cookie name paths from there."""

from __future__ import annotations


def refuse(path: str) -> None:
    """End the program with the reason if `path`, Streamlit's `server.baseUrlPath`, is not the root."""
    if path.strip("/"):
        raise SystemExit(
            f"Error: The console cannot be served below a path, but server.baseUrlPath is {path!r}.\n"
            "Hint: Leave it out, and give the console a host name of its own, such as jobs.example.com."
        )
