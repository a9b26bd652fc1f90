"""The screens of the inbox. Every page here is behind the sign-in (middleware of the site)."""
