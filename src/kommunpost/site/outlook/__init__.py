"""The Outlook add-in: its files, served by this site. What it asks at sending is ``site.api.outlook``."""
