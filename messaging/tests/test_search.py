"""Searching in one's own messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications.hiring.models import JobMember
from applications.hiring.vocabulary import JobRole
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from messaging import services
from messaging.models import Conversation, Message
from messaging.search import START, STOP
from messaging.tests.factories import make_conversation, make_team_conversation, say

URL = "/api/v1/messages/"


def find(client: Any, q: str, **more: str) -> list[str]:
    answer = client.get(URL, {"q": q, **more})
    assert answer.status_code == 200, answer.json()
    return [row["body"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("We could do two interviews on Monday", "interview monday"),
        ("Les entretiens auront lieu à Yaoundé", "entretien yaounde"),
        ("Élève ingénieure", "eleve ingenieur"),
        ("My IT support shift", '"it support"'),
        ("Der Vertrag ist da", "vertrag"),
        ("Réponse rapide", "REPONSE"),
    ],
)
def test_words_are_found_in_both_languages_without_accents(
    as_user: Any, alice: User, bob: User, talk: Conversation, text: str, query: str
) -> None:
    say(bob, talk, text)
    say(alice, talk, "something else entirely")
    assert find(as_user(alice), query) == [text]
    assert find(as_user(bob), query) == [text]


def test_one_finds_only_what_one_may_read_now(
    as_user: Any, alice: User, bob: User, carol: User, acme: Company, talk: Conversation
) -> None:
    leaver = make_membership(company=acme).user
    say(alice, talk, "the salary canary")
    assert find(as_user(leaver), "canary") == ["the salary canary"]
    Membership.objects.filter(user=leaver).delete()
    assert find(as_user(leaver), "canary") == []
    assert find(as_user(carol), "canary") == []


def test_the_manager_of_a_job_finds_what_its_candidates_write(
    as_user: Any, alice: User, acme: Company, talk: Conversation
) -> None:
    member = make_membership(company=acme, role=Role.INTERVIEWER)
    other = make_conversation(company=acme)
    say(alice, talk, "canary of this job")
    say(other.candidate, other, "canary of another job")
    assert find(as_user(member.user), "canary") == []
    JobMember.objects.create(job=talk.application.job, membership=member, role=JobRole.MANAGER)
    assert find(as_user(member.user), "canary") == ["canary of this job"]


def test_edits_and_deletions_are_found_as_they_are(as_user: Any, alice: User, bob: User, talk: Conversation) -> None:
    messages = [say(alice, talk, f"canary {n}") for n in range(3)]
    services.edit_message(actor=alice, message_id=messages[0].public_id, body="nightingale")
    services.delete_message(actor=alice, message_id=messages[1].public_id)
    services.hide_message(actor=bob, message_id=messages[2].public_id)
    assert find(as_user(alice), "canary") == ["canary 2"]
    assert find(as_user(bob), "canary") == []
    assert find(as_user(bob), "nightingale") == ["nightingale"]


def test_a_talk_with_the_team_is_searched_too_and_a_search_may_keep_to_one(
    as_user: Any, alice: User, acme: Company, talk: Conversation
) -> None:
    team = make_team_conversation(candidate=alice, company=acme)
    say(alice, talk, "canary here")
    say(alice, team, "canary there")
    assert find(as_user(alice), "canary") == ["canary there", "canary here"]
    assert find(as_user(alice), "canary", conversation=str(team.public_id)) == ["canary there"]


def test_what_is_found_is_shown_in_its_surroundings(as_user: Any, alice: User, talk: Conversation) -> None:
    before, after = "word " * 100, " tail" * 100
    say(alice, talk, f"{before}<b>Interviews</b>{START}{STOP}{after}")
    pieces = as_user(alice).get(URL, {"q": "interview"}).json()["results"][0]["pieces"]
    assert [piece["text"] for piece in pieces if piece["is_match"]] == ["Interviews"]
    text = "".join(piece["text"] for piece in pieces)
    assert (len(text), "<b>Interviews</b> tail" in text) == (240, True)


@pytest.mark.parametrize(
    "query", ["'", "a & b | !c", "((", "=k1", ":*", "\\", '"', "-", "-canary", "or", "%s", "🙂", "x" * 200]
)
def test_no_query_breaks_anything(as_user: Any, alice: User, talk: Conversation, query: str) -> None:
    say(alice, talk, "canary")
    assert as_user(alice).get(URL, {"q": query}).status_code == 200


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "a\x00"}])
def test_a_senseless_query_is_refused(as_user: Any, alice: User, query: dict[str, str]) -> None:
    assert as_user(alice).get(URL, query).status_code == 400


def test_pages_follow_each_other_and_cost_the_same(
    as_user: Any, alice: User, bob: User, talk: Conversation, settings: Any
) -> None:
    settings.MESSAGES_UNANSWERED = 100
    client, costs = as_user(alice), []
    for rows in (2, 20):
        for n in range(rows - Message.objects.count()):
            say(bob, talk, f"canary {n}")
        with CaptureQueriesContext(connection) as queries:
            assert len(find(client, "canary")) == rows
        costs.append(len(queries))
    assert costs[0] == costs[1]
    seen, url = [], f"{URL}?q=canary&page_size=7"
    while url:
        page = client.get(url).json()
        seen += [row["seq"] for row in page["results"]]
        url = page["next"]
    assert seen == list(range(20, 0, -1))


def test_the_index_answers(alice: User, talk: Conversation) -> None:
    from messaging.search import messages_about

    say(alice, talk, "canary")
    with connection.cursor() as cursor:  # on one row any plan is good; leave only this index and the primary keys
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_nestloop = off")
    assert "message_words" in messages_about(alice, "canary").explain()
