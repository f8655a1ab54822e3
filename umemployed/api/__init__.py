"""How our REST speaks: problems, pages, idempotency, preconditions, limits, OpenAPI."""
