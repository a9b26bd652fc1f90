"""The screens of the register. Every page here is behind the sign-in (middleware of the site)."""
