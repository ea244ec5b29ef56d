"""What computes: reading, models, tests and sentences, without Streamlit."""
