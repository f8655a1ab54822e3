"""Append-only record of consequential writes and of reads of personal data."""
