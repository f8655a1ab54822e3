"""How well a posting and a résumé go together, said so that both sides can check it (docs/match.md)."""
