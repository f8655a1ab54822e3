"""Secrets at rest: model fields that are encrypted in the column, and the rotation of their keys."""
