"""What computes: reading, models, tests and sentences, without Streamlit."""

__version__ = "0.1.0"
