"""The ways to a case system. All keep one small contract: an entry goes in, a receipt comes out."""
