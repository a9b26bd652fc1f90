"""The doors: settings, urls, page shell, command line, serve, workers."""
