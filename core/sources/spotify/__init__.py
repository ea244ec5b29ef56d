"""Spotify through spotipy: logging in, which tracks a person has, which track a title names, and how it sounds for old apps."""
