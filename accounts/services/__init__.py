"""The verbs of accounts."""

from accounts.services.verification import EmailUnverified, require_verified

__all__ = ["EmailUnverified", "require_verified"]
