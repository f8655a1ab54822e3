"""A small world to look at: companies with teams, postings, candidates, and what went on between them."""
