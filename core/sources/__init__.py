"""Features of tracks from services of others, asked only when the person says so. Each row remembers where it came from."""
