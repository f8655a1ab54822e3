"""The verbs of saved searches."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.alerts.compiling import compile_search
from jobs.alerts.models import AlertMatch, Frequency, SavedSearch, SearchAnchor
from jobs.parameters import SearchParameters, query_of
from jobs.search.query import SearchQuery
from jobs.search.resolve import refuse_unknown_categories, resolve
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.api.preconditions import check_version
from umemployed.api.queries import validate_query

MOST_SEARCHES = 50  # of one person


class SavedParameters(SearchParameters):
    """What ``GET jobs/`` reads, without what only pages are made of: DRF drops a field that is None."""

    facets = None  # type: ignore[assignment]
    expand = None  # type: ignore[assignment]
    cursor = None  # type: ignore[assignment]
    page_size = None  # type: ignore[assignment]
    exact = None  # type: ignore[assignment]
    highlight = None  # type: ignore[assignment]
    count = None  # type: ignore[assignment]


class SearchNameTaken(Conflict):
    code = "saved_search_name_taken"
    title = _("You have a saved search of this name")
    cause = _("The names of your saved searches differ.")
    cure = _("Choose another name, or edit that search.")


class TooManySearches(Conflict):
    code = "too_many_saved_searches"
    title = _("You have enough saved searches")
    cause = _("A person keeps at most `limit` saved searches.")
    cure = _("Delete one that you do not need.")


def query_of_parameters(parameters: str, hidden: tuple[int, ...] = ()) -> SearchQuery:
    """Return the typed query of a query string. Raises Invalid, naming every parameter that is wrong."""
    return query_of(validate_query(QueryDict(parameters), SavedParameters, {}), hidden)


@transaction.atomic
def save_search(*, actor: User, name: str, parameters: str, frequency: str = Frequency.DAILY) -> SavedSearch:
    """Save a search. Raises Invalid, SearchNameTaken and TooManySearches."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if SavedSearch.objects.for_user(actor).count() >= MOST_SEARCHES:
        raise TooManySearches(limit=MOST_SEARCHES)
    search = SavedSearch(user=actor, name=name, parameters=parameters, frequency=frequency)
    return _compile(search)


@transaction.atomic
def edit_search(*, actor: User, search_id: int, expected_version: int, **changes: str) -> SavedSearch:
    """Change name, parameters or frequency; what it found before stays found.

    Other parameters are compiled anew; without them nothing is looked up, so a search whose company or skill is gone
    can still be silenced. Raises as ``save_search``, PreconditionFailed.
    """
    search = _lock(actor, search_id)
    check_version(search, expected_version)
    search.name = changes.get("name", search.name)
    search.parameters = changes.get("parameters", search.parameters)
    search.frequency = changes.get("frequency", search.frequency)
    search.version += 1
    return _compile(search) if "parameters" in changes else _write(search)


@transaction.atomic
def delete_search(*, actor: User, search_id: int, expected_version: int) -> None:
    """Delete a saved search. Raises NotFound and PreconditionFailed."""
    search = _lock(actor, search_id)
    check_version(search, expected_version)
    search.delete()


@transaction.atomic
def mark_seen(*, actor: User, search_id: int) -> None:
    """Take all that a search found until now for seen. Raises NotFound."""
    search = _lock(actor, search_id)
    AlertMatch.objects.filter(search=search, seen=False).update(seen=True)


@transaction.atomic
def silence_search(*, search: SavedSearch) -> None:
    """Let a search tell nothing any more; again is the same. The signed link of a mail is the authority."""
    loud = SavedSearch.objects.filter(pk=search.pk).exclude(frequency=Frequency.OFF)
    loud.update(frequency=Frequency.OFF, version=F("version") + 1, updated_at=timezone.now())


def refuse_what_is_nothing(query: SearchQuery) -> None:
    """Raise Invalid naming what the search asks for that does not exist: it could never find anything."""
    found = resolve(query)
    wanting = {
        "company": bool(query.company and not found.company_ids),
        "location": bool(query.location.strip(" ,") and not found.places),
        "currency": bool(query.pay and found.pay is None),
    }
    names = [name for name, is_wanting in wanting.items() if is_wanting]
    if found.impossible and not names:
        names = ["skills"]
    if names:
        detail = _("There is nothing of this name.")
        raise Invalid(errors=[{"code": "does_not_exist", "attr": name, "detail": detail} for name in names])


def _lock(actor: User, search_id: int) -> SavedSearch:
    rows = SavedSearch.objects.for_user(actor).select_for_update(no_key=True)
    search = rows.filter(pk=search_id).first()
    if search is None:
        raise NotFound
    return search


def _compile(search: SavedSearch) -> SavedSearch:
    """Compile and save a search with its anchors."""
    query = query_of_parameters(search.parameters)
    refuse_unknown_categories(query)
    refuse_what_is_nothing(query)
    compiled = compile_search(query)
    for column, value in compiled.columns.items():
        setattr(search, column, value)
    _write(search)
    search.anchors.all().delete()
    SearchAnchor.objects.bulk_create(
        SearchAnchor(search=search, token=anchor.token, needs=list(anchor.needs)) for anchor in compiled.anchors
    )
    return search


def _write(search: SavedSearch) -> SavedSearch:
    """Save the row. Raises SearchNameTaken."""
    try:
        with transaction.atomic():
            search.save()
    except IntegrityError as error:
        raise SearchNameTaken from error
    return search
