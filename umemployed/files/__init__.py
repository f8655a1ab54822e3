"""Uploads: targets, sniffing, scanning, private links."""
