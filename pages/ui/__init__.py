"""What the pages share. Not a page."""
