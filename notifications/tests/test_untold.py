"""Each fact of every app is either told or left out on purpose."""

from __future__ import annotations

from notifications.untold import UNTOLD
from umemployed.events.log import HANDLERS, TOPICS


def test_every_fact_is_told_or_deliberately_untold() -> None:
    facts = {topic for topic, event in TOPICS.items() if ".tests" not in event.__module__}
    told = {topic for topic in facts if any(name.startswith("notifications.") for name in HANDLERS.get(topic, ()))}
    assert facts - told == set(UNTOLD), "tell people in a handler of notifications, or give the reason in untold.py"
    assert all(UNTOLD.values())
