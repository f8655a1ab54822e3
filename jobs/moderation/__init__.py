"""What people report of postings, what looks wrong about them, and what staff decide. Nothing is removed by itself."""
