"""Mail: one row per fact and reader, sent once by whichever worker claims it."""
