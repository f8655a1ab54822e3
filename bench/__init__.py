"""Reproducible benchmarks. Each compares what we built with its floor, measured in the same run."""
