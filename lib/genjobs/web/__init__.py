"""Plain HTTP beside Streamlit: the routes that set and clear the session cookie, and health."""
