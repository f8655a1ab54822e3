"""What postings owe the clock."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from jobs.importing.services import purge_imports as purge_old_imports
from jobs.importing.working import sweep, work_off
from jobs.insight import services
from jobs.matching import weights
from jobs.search import frequencies
from jobs.search.opensearch import feeding
from jobs.search.terms import learning, upkeep
from jobs.services.scheduling import publish_due_jobs


@shared_task(name="jobs.publish_due", time_limit=120, soft_time_limit=110)
def publish_due() -> int:
    """Publish what was scheduled for a moment that has come; returns how many postings went live."""
    return publish_due_jobs()


@shared_task(name="jobs.fold_visits", time_limit=120, soft_time_limit=110)
def fold_visits() -> int:
    """Add waiting visits to their days; returns how many."""
    return services.fold_visits()


@shared_task(name="jobs.learn_terms", time_limit=280, soft_time_limit=270)
def learn_terms() -> int:
    """Count in which terms postings stand that changed or expired; returns how many postings."""
    return learning.learn()


@shared_task(name="jobs.feed_opensearch", time_limit=280, soft_time_limit=270)
def feed_opensearch() -> int:
    """Tell the cluster which postings changed; returns how many. Nothing to do where there is no cluster."""
    return feeding.feed() if settings.OPENSEARCH_URL else 0


@shared_task(name="jobs.learn_texts", time_limit=280, soft_time_limit=270)
def learn_texts() -> int:
    """Learn the frequent words of the newest postings' texts; returns how many."""
    return upkeep.learn_texts()


@shared_task(name="jobs.mend_terms", time_limit=3_500, soft_time_limit=3_400)
def mend_terms() -> int:
    """Make counts and lists of terms right from their sources; returns how many postings had been missed."""
    return upkeep.mend()


@shared_task(name="jobs.count_skill_weights", time_limit=600, soft_time_limit=590)
def count_skill_weights() -> int:
    """Count how rare each skill is; returns how many changed."""
    return weights.count_weights()


@shared_task(name="jobs.learn_frequencies", time_limit=280, soft_time_limit=270)
def learn_frequencies() -> int:
    """Count how frequent the index's tokens are, by which plans are chosen; returns how many are frequent."""
    return frequencies.learn()


@shared_task(name="jobs.work_off_import", time_limit=100, soft_time_limit=95)
def work_off_import(*, import_id: int) -> bool:
    """Work on one import for a while; says whether it is done."""
    return work_off(import_id=import_id)


@shared_task(name="jobs.sweep_imports")
def sweep_imports() -> int:
    """Hand over again the imports that a dead worker or broker left; returns how many."""
    return sweep()


@shared_task(name="jobs.purge_imports")
def purge_imports() -> int:
    """Delete reports whose time is over; returns how many."""
    return purge_old_imports()
