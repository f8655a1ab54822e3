"""How our sockets speak: tickets, envelope, resume by sequence, heartbeat, frame registry."""
