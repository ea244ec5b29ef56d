"""What the work costs, side by side with others in one run: `make bench`. One module per group of rows."""
