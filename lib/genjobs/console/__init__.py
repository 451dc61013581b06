"""The Streamlit shell that the pages stand in."""
