"""Who may enter the doors of plans and usage."""

from __future__ import annotations

POLICY: dict[str, str] = {
    "GET plans/": "+ + + + +",
    "GET subscription/": "401 + + + +",
    "GET subscription/usage/": "401 + + + +",
}
