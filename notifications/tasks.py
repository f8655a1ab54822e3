"""The doors through which Celery comes in."""

from __future__ import annotations

from celery import shared_task

from notifications.digests import post_digests
from notifications.mail import sender
from notifications.mail.services import call_soon, sweep_mails
from notifications.searches import tell_matches


@shared_task(name="notifications.send_mail", time_limit=sender.HARD_SECONDS, soft_time_limit=sender.SOFT_SECONDS)
def send_mail(*, mail_id: int) -> None:
    """Send one mail, on the queue that it was handed over to."""
    sender.send(mail_id)


@shared_task(name="notifications.sweep_mails")
def sweep_lost_mails() -> None:
    """Hand over again what was lost on the way; beat calls it every ten seconds."""
    sweep_mails()


@shared_task(name="notifications.post_digests")
def post_daily_digests() -> None:
    """Owe the summary of the day to everybody whose hour has come; beat calls it every quarter of an hour."""
    post_digests()


@shared_task(name="notifications.tell_saved_searches", time_limit=60, soft_time_limit=50)
def tell_saved_searches() -> int:
    """Tell people what their saved searches found; returns how many. Called for each posting, and by beat.

    What is much goes on in the queue of what has time.
    """
    told = tell_matches()
    if told.has_more:
        call_soon(tell_saved_searches, "bulk")
    return told.count
