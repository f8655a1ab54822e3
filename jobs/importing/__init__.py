"""Postings from other systems' files: read, mapped, cleaned, and written idempotently."""
