"""An offer on paper."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from applications.offers.models import Offer, OfferTerms
from umemployed.documents.pdf import render_pdf

TEMPLATE = Path(__file__).parent / "letter.typ"


def letter_of(offer: Offer, *, is_team: bool) -> bytes:
    """Return the PDF of what the reader sees, in the language of the posting; about 25 ms.

    Wants ``with_parties()``. The team reads the newest terms, the candidate those that were sent.
    """
    terms = offer.terms if is_team else offer.sent_terms
    language = offer.application.job.language
    with translation.override(language):
        return render_pdf(TEMPLATE, {"language": translation.get_language(), **content(offer, terms)})  # type: ignore[arg-type]


def content(offer: Offer, terms: OfferTerms) -> dict[str, Any]:
    """Return every text of the letter, in the active language."""
    company, candidate = offer.application.job.company, offer.application.candidate
    pay = f"{number_format(terms.pay_amount, 2, use_l10n=True, force_grouping=True)} {terms.pay_currency}"
    pay = f"{pay} / {terms.get_pay_period_display()} ({terms.get_pay_basis_display()})"
    rows = [
        (_("Position"), terms.title),
        (_("Contract"), str(terms.get_employment_type_display())),
        (_("Place of work"), terms.place),
        (_("First day"), date_format(terms.starts_on, "DATE_FORMAT")),
        (_("Pay"), pay),
        (_("Hours per week"), number_format(terms.hours_per_week.normalize()) if terms.hours_per_week else ""),
    ]
    return {
        "title": _("Offer of employment"),
        "company": company.name,
        "to": _("For %(name)s") % {"name": candidate.display_name()},
        "rows": [row for row in rows if row[1]],
        "sections": [
            section for section in ((_("Benefits"), terms.benefits), (_("Conditions"), terms.conditions)) if section[1]
        ],
        "standing": standing(offer, terms),
        "proof": _("Version %(number)s, SHA-256 %(sha256)s") % {"number": terms.number, "sha256": terms.sha256},
    }


def standing(offer: Offer, terms: OfferTerms) -> str:
    """Return the sentence that says what became of it, or until when it is open."""
    if offer.sent_terms_id != terms.pk or offer.expires_at is None:
        return _("Draft: not sent.")
    if offer.signed_name and offer.decided_at:
        told = {"name": offer.signed_name, "at": moment(offer.decided_at)}
        return _("Accepted by %(name)s on %(at)s.") % told
    return _("Open until %(at)s.") % {"at": moment(offer.expires_at)}


def moment(at: datetime) -> str:
    """Return an instant as people read it, in UTC."""
    return f"{date_format(at.astimezone(UTC), 'DATETIME_FORMAT')} UTC"
