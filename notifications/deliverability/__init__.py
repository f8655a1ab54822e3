"""What mail providers report back: addresses that take no mails, and people who want none."""
