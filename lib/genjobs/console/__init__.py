"""The Streamlit user interface: the shell around the pages, and the parts of each page."""
