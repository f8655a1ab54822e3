"""What a person put aside: postings to come back to, and postings never to be shown again."""
