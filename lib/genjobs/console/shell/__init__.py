"""The script behind every page: start, menu, sidebar, notices."""
