"""Which requests are a person who opens a posting, and where they came from."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Where a visit can come from; everything else is "other", so that no visitor can fill the table with names.
SOURCES = ("direct", "search", "alert", "saved", "share", "board", "rss", "indeed", "linkedin", "google", "other")
# Words by which programs name themselves. Better to miss a person with an odd browser than to count a crawler.
PROGRAMS = re.compile(
    r"bot\b|bot[/;_ -]|crawl|spider|slurp|scrap|fetch|monitor|preview|headless|phantom|lighthouse|pagespeed|archiver"
    r"|facebookexternalhit|embedly|whatsapp|telegram|discord|slack|skype|bingpreview|google-inspection|mediapartners"
    r"|curl|wget|python|java/|okhttp|go-http|libwww|httpclient|httpx|aiohttp|axios|node|ruby|perl|php|postman|insomnia"
    r"|uptime|pingdom|statuscake|validator|checker|scanner|nmap|nikto|semrush|ahrefs|gptbot|claude|perplexity|bytespider",
    re.IGNORECASE,
)
PREFETCH = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_person(method: str | None, headers: Mapping[str, str]) -> bool:
    """Say whether this is somebody looking: not a program by its own name, a HEAD, or a browser's guess ahead."""
    agent = headers.get("User-Agent", "")
    ahead = any(word in headers.get(name, "").lower() for name in PREFETCH for word in ("prefetch", "preview"))
    return method == "GET" and bool(agent.strip()) and not ahead and PROGRAMS.search(agent) is None


def source_of(name: str) -> str:
    """Return the source that a name stands for; ``direct`` where none is given."""
    plain = name.strip().lower()
    return plain if plain in SOURCES else "other" if plain else "direct"
