"""Parts that every page uses; nothing here depends on a page."""
