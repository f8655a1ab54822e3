"""What the public reads of postings elsewhere: markup, feeds, sitemaps and boards, all from one projection."""
