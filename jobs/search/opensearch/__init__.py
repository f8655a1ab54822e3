"""The road past one machine: the same searches, asked of an OpenSearch cluster (docs/search.md says what was tried)."""
