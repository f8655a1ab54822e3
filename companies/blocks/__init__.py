"""Who wants nothing to do with whom: blocks, and the questions that every app above may ask."""
