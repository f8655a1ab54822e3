"""The door to one's own data: export, erasure, consents. The verbs are ``umemployed.privacy``'s."""
