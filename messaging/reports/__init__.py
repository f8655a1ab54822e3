"""What people report to staff: messages, people and companies, with the evidence of the moment."""
