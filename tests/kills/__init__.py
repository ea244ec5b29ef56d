"""An analysis of many listeners, and the app, under every kill: `make kills`."""
