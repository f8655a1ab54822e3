"""Paper: PDF documents that people can read, print, and have read aloud."""
