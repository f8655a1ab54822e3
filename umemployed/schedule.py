"""What runs by the clock: Celery beat's schedule, one entry for each task, named like it. UTC."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "events.sweep": {"task": "events.sweep", "schedule": 30, "options": {"expires": 30, "queue": "critical"}},
    "notifications.sweep_mails": {
        "task": "notifications.sweep_mails",
        "schedule": 10,
        "options": {"expires": 10, "queue": "critical"},
    },
    "notifications.post_digests": {
        "task": "notifications.post_digests",
        "schedule": crontab(minute="*/15"),  # each person's hour is by their own clock; zones differ by quarters
        "options": {"expires": 900, "queue": "bulk"},
    },
    "notifications.tell_saved_searches": {
        "task": "notifications.tell_saved_searches",
        "schedule": 5,
        "options": {"expires": 5},
    },
    "applications.announce_decisions": {
        "task": "applications.announce_decisions",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "applications.work_off_dispositions": {
        "task": "applications.work_off_dispositions",
        "schedule": 5,
        "options": {"expires": 5, "queue": "bulk"},
    },
    "applications.remind_of_promises": {
        "task": "applications.remind_of_promises",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "applications.purge_pools": {
        "task": "applications.purge_pools",
        "schedule": crontab(hour=3, minute=50),
        "options": {"queue": "bulk"},
    },
    "api.purge_idempotency_records": {
        "task": "api.purge_idempotency_records",
        "schedule": crontab(minute=50),
        "options": {"queue": "bulk"},
    },
    "applications.finish_overdue_assessments": {
        "task": "applications.finish_overdue_assessments",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "applications.report_equality": {
        "task": "applications.report_equality",
        "schedule": crontab(hour=2, minute=20),  # daily, so that a day on which nothing ran is made up for
        "options": {"queue": "bulk"},
    },
    "applications.expire_offers": {"task": "applications.expire_offers", "schedule": 60, "options": {"expires": 60}},
    "events.purge": {"task": "events.purge", "schedule": crontab(hour=3, minute=10), "options": {"queue": "bulk"}},
    "accounts.purge": {"task": "accounts.purge", "schedule": crontab(hour=3, minute=25), "options": {"queue": "bulk"}},
    "audit.drop_anchor": {"task": "audit.drop_anchor", "schedule": 60, "options": {"expires": 60, "queue": "bulk"}},
    "files.inspect_waiting": {"task": "files.inspect_waiting", "schedule": 60, "options": {"expires": 60}},
    "files.purge": {"task": "files.purge", "schedule": crontab(hour=3, minute=40), "options": {"queue": "bulk"}},
    "realtime.purge": {"task": "realtime.purge", "schedule": crontab(minute=20), "options": {"queue": "bulk"}},
    "jobs.fold_visits": {"task": "jobs.fold_visits", "schedule": 60, "options": {"expires": 60, "queue": "bulk"}},
    "jobs.count_skill_weights": {
        "task": "jobs.count_skill_weights",
        "schedule": crontab(hour=2, minute=45),
        "options": {"queue": "bulk"},
    },
    "jobs.publish_due": {"task": "jobs.publish_due", "schedule": 10, "options": {"expires": 10, "queue": "critical"}},
    "jobs.learn_terms": {"task": "jobs.learn_terms", "schedule": 5, "options": {"expires": 5, "queue": "bulk"}},
    "jobs.feed_opensearch": {
        "task": "jobs.feed_opensearch",
        "schedule": 2,
        "options": {"expires": 2, "queue": "bulk"},
    },
    "jobs.learn_texts": {
        "task": "jobs.learn_texts",
        "schedule": crontab(minute=35),
        "options": {"expires": 3_000, "queue": "bulk"},
    },
    "jobs.learn_frequencies": {
        "task": "jobs.learn_frequencies",
        "schedule": crontab(minute="5,20,35,50"),
        "options": {"expires": 800, "queue": "bulk"},
    },
    "jobs.sweep_imports": {
        "task": "jobs.sweep_imports",
        "schedule": 15,
        "options": {"expires": 15, "queue": "bulk"},
    },
    "jobs.purge_imports": {
        "task": "jobs.purge_imports",
        "schedule": crontab(hour=3, minute=45),
        "options": {"queue": "bulk"},
    },
    "jobs.mend_terms": {
        "task": "jobs.mend_terms",
        "schedule": crontab(hour=4, minute=5),
        "options": {"queue": "bulk"},
    },
    "privacy.carry_out_erasures": {
        "task": "privacy.carry_out_erasures",
        "schedule": 60,
        "options": {"expires": 60, "queue": "bulk"},
    },
    "privacy.sweep_exports": {
        "task": "privacy.sweep_exports",
        "schedule": 60,
        "options": {"expires": 60, "queue": "bulk"},
    },
    # Before accounts.purge, which forgets the sessions by which people were seen.
    "privacy.apply_retention": {
        "task": "privacy.apply_retention",
        "schedule": crontab(hour=2, minute=40),
        "options": {"queue": "bulk"},
    },
}
