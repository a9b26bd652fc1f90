"""Others, measured in the same run: started here on loopback, stopped by their own pid."""
