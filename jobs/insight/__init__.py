"""How often postings are read and applied to, per day and source: counted exactly, and about nobody."""
