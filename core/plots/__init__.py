"""Result -> plotly figure. Nothing here fits or decides; every function takes a result and a palette."""
