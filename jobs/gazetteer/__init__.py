"""Cities of the world with coordinates, offline: for completing what people type, and for placing postings."""
