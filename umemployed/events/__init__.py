"""The event log: publish() in the caller's transaction, @on() handlers, and the relay between them."""
