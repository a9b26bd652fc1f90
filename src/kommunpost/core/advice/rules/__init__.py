"""One rule a module: an anatomy in, findings out."""
