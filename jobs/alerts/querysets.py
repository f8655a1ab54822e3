"""Who sees which saved searches, and how much is new in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from companies.blocks.models import Block

if TYPE_CHECKING:
    from accounts.models import User

# A count beyond it is of no use to anybody and would cost the more, the longer somebody stays away.
MOST_NEW = 100
# What is shown as new is what the list with ``new=true`` would show.
NEW_COUNT = """(SELECT count(*)::int FROM (
    SELECT FROM jobs_alertmatch m JOIN jobs_jobsearch s ON s.job_id = m.job_id
    WHERE m.search_id = jobs_savedsearch.id AND NOT m.seen AND s.expires > extract(epoch FROM now())
        AND NOT EXISTS (SELECT FROM jobs_hiddenjob h
            WHERE h.user_id = jobs_savedsearch.user_id AND h.job_id = m.job_id)
    LIMIT %s) new)"""


class SavedSearchQuerySet(models.QuerySet):
    """Rows of saved searches."""

    def for_user(self, user: User) -> Self:
        """One's own."""
        return self.filter(user_id=user.pk)

    def with_new_count(self) -> Self:
        """Add ``new_count``, at most MOST_NEW, in the same query."""
        return self.annotate(new_count=RawSQL(NEW_COUNT, [MOST_NEW], models.IntegerField()))  # noqa: S611


class AlertMatchQuerySet(models.QuerySet):
    """What saved searches found."""

    def untold(self) -> Self:
        """Those that nobody was told of yet, oldest first; a partial index holds just them."""
        return self.filter(awaits_telling=True).order_by("pk")

    def still_news(self) -> Self:
        """Those that their person still wants and may apply to: public, not hidden, of nobody whom they block.

        A block does not keep anonymous postings away: that would tell who it is.
        """
        from jobs.models import HiddenJob, Job

        person = OuterRef("search__user")
        blocks = Block.objects.filter(blocker=person, company=OuterRef("job__company"))
        return self.filter(
            Q(job__is_anonymous=True) | ~Exists(blocks),
            ~Exists(HiddenJob.objects.filter(user=person, job=OuterRef("job"))),
            job__in=Job.objects.published().values("pk"),
        ).exclude(search__frequency="off")
