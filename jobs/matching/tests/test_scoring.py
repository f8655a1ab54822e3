"""The score as arithmetic: parts add up, one skill moves one part, what is unknown neither adds nor takes away."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.matching.facts import Asked, Claim, Offered, Place, Wish
from jobs.matching.raising import raises_of
from jobs.matching.scoring import BY_CEFR, BY_LEVEL, FULL, NEAR_KM, WEIGHTS, YEARS_ASKED, match_of, proficiency, reached
from jobs.matching.vocabulary import Barrier, Component, Unknown

DOUALA, YAOUNDE = (4.05, 9.70), (3.87, 11.52)
LANGUAGES = ["en", "fr", "de"]
points = st.sampled_from([None, DOUALA, YAOUNDE])
pay = st.none() | st.integers(0, 200_000)
claims = st.builds(Claim, st.sampled_from(["", *BY_LEVEL]), st.none() | st.integers(0, 80))
wishes = st.lists(
    st.builds(
        Wish,
        st.integers(1, 12),
        st.sampled_from(["A", "B"]),
        st.booleans(),
        st.integers(693, 15_000),
        st.sampled_from(["", *BY_LEVEL]),
        st.none() | st.integers(1, 50),
    ),
    unique_by=lambda wish: wish.skill_id,
    max_size=8,
)
asked_facts = st.builds(
    Asked,
    skills=wishes.map(tuple),
    experience_level=st.sampled_from(["any", "entry", *YEARS_ASKED]),
    work_mode=st.sampled_from(["remote", *NEAR_KM]),
    eligible_countries=st.frozensets(st.sampled_from(["CM", "FR"])),
    places=st.lists(st.builds(Place, st.sampled_from(["CM", "FR"]), st.just("X"), points), max_size=3).map(tuple),
    pay_min=pay,
    pay_max=pay,
    language=st.sampled_from(LANGUAGES),
)
offered_facts = st.builds(
    Offered,
    skills=st.dictionaries(st.integers(1, 12), claims, max_size=8),
    months=st.none() | st.integers(0, 600),
    country=st.sampled_from(["", "CM", "FR", "DE"]),
    point=points,
    languages=st.none() | st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(list(BY_CEFR))),
    has_unread_language=st.booleans(),
    pay_wish=pay,
)


def parts(asked: Asked, offered: Offered) -> dict[Component, int | None]:
    return {one.judged.component: one.points for one in match_of(asked, offered).components}


@given(asked_facts, offered_facts)
@settings(max_examples=400, deadline=None)
def test_the_components_add_up_to_the_total_exactly(asked: Asked, offered: Offered) -> None:
    match = match_of(asked, offered)
    judged = [one for one in match.components if one.points is not None]
    assert [one.judged.component for one in match.components] == list(Component)
    if not judged:
        assert match.total is None
        return
    assert match.total == sum(one.points or 0 for one in judged)
    assert sum(one.most or 0 for one in judged) == FULL
    assert all(0 <= (one.points or 0) <= (one.most or 0) for one in judged)
    assert all((one.judged.unknown is None) == (one.points is not None) for one in match.components)
    assert all(one.judged.evidence for one in judged)
    assert match == match_of(asked, offered)


@given(asked_facts, offered_facts, st.integers(1, 12))
@settings(max_examples=300, deadline=None)
def test_dropping_one_skill_changes_one_component_and_never_raises_it(
    asked: Asked, offered: Offered, dropped: int
) -> None:
    less = replace(offered, skills={key: claim for key, claim in offered.skills.items() if key != dropped})
    before, after = parts(asked, offered), parts(asked, less)
    changed = {name for name in Component if before[name] != after[name]}
    assert changed <= {Component.SKILLS}
    assert (after[Component.SKILLS] or 0) <= (before[Component.SKILLS] or 0)


@given(asked_facts, offered_facts)
@settings(max_examples=300, deadline=None)
def test_every_step_gains_what_it_promises(asked: Asked, offered: Offered) -> None:
    before = match_of(asked, offered).total or 0
    steps = raises_of(asked, offered)
    for step in steps:
        assert step.gain > 0
        assert match_of(asked, step.after).total == before + step.gain
        assert sum(getattr(step.after, field.name) != getattr(offered, field.name) for field in fields(Offered)) == 1
    assert [step.gain for step in steps] == sorted((step.gain for step in steps), reverse=True)


def test_what_is_unknown_is_left_out_and_its_weight_shared() -> None:
    asked = Asked(skills=(Wish(1, "Python", True, 1000),), experience_level="senior", pay_max=50_000, language="en")
    full = Offered(skills={1: Claim("expert", 9)})
    match = match_of(asked, full)
    assert match.total == FULL, "skills alone are judged, and are whole"
    unknown = {one.judged.component: one.judged.unknown for one in match.components}
    assert unknown[Component.SENIORITY] == unknown[Component.PAY] == Unknown.NOT_SAID
    half = match_of(asked, replace(full, months=30))
    most = {one.judged.component: one.most for one in half.components}
    assert most == {
        Component.SKILLS: 800,
        Component.SENIORITY: 200,
        Component.PLACE: None,
        Component.PAY: None,
        Component.LANGUAGE: None,
    }
    assert half.total == 800 + 100


def test_rare_and_needed_skills_weigh_more() -> None:
    asked = Asked(skills=(Wish(1, "Rare", True, 9_000), Wish(2, "Common", True, 1_000), Wish(3, "Nice", False, 9_000)))
    got = {skill: match_of(asked, Offered(skills={skill: Claim("expert")})).total for skill in (1, 2, 3)}
    assert got == {1: 692, 2: 77, 3: 231}  # 27, 3 and 9 of 39


def test_level_and_years_count_both_and_none_is_told_apart_from_nothing() -> None:
    assert [proficiency(Claim(level)) for level in BY_LEVEL] == [50, 75, 90, 100]
    assert [proficiency(Claim("", years)) for years in (0, 1, 4, 5, 40)] == [50, 60, 90, 100, 100]
    assert (proficiency(Claim("expert", 1)), proficiency(Claim())) == (80, 75)


def test_a_skill_is_judged_by_the_level_and_the_years_that_are_asked() -> None:
    def share(level: str, years: int | None, claim: Claim) -> int:
        return reached(Wish(1, "x", True, 1, level, years), claim)

    assert [share("advanced", None, Claim(level)) for level in BY_LEVEL] == [55, 83, 100, 100]
    assert [share("", 4, Claim("beginner", years)) for years in (0, 1, 2, 4, 40)] == [50, 62, 75, 100, 100]
    assert share("expert", 4, Claim("expert", 2)) == 87, "the mean of 100 and 75"
    assert share("expert", 4, Claim()) == share("expert", None, Claim("", 9)) == 75, "what is not told is not zero"
    assert share("", None, Claim("expert", 1)) == proficiency(Claim("expert", 1))
    asked = Asked(skills=(Wish(1, "Go", True, 1, "expert", None), Wish(2, "C", False, 1, "expert", 9)))
    short = match_of(asked, Offered(skills={1: Claim("advanced"), 2: Claim("beginner", 0)}))
    assert short.barriers == [{"code": Barrier.SKILL_SHORT, "detail": "Go"}], "only what one must have"
    assert match_of(asked, Offered(skills={1: Claim(), 2: Claim()})).barriers == []


@given(wishes.filter(len), st.data())
@settings(max_examples=300, deadline=None)
def test_more_of_a_skill_never_counts_less(asked: list[Wish], data: st.DataObject) -> None:
    wish, claim = asked[0], data.draw(claims)
    levels = list(BY_LEVEL)
    if claim.level:
        better = data.draw(st.sampled_from(levels[levels.index(claim.level) :]))
        assert reached(wish, replace(claim, level=better)) >= reached(wish, claim)
    if claim.years is not None:
        assert reached(wish, replace(claim, years=claim.years + 1)) >= reached(wish, claim)
    assert 50 <= reached(wish, claim) <= 100


def test_a_country_that_is_not_eligible_is_said_and_a_distance_is_told() -> None:
    asked = Asked(work_mode="hybrid", eligible_countries=frozenset({"CM"}), places=(Place("CM", "Douala", DOUALA),))
    far = match_of(asked, Offered(country="CM", point=YAOUNDE))
    (place,) = [one for one in far.components if one.judged.component == Component.PLACE]
    assert place.judged.evidence == [{"work_mode": "hybrid", "city": "Douala", "distance_km": 203}]
    assert (place.points, far.barriers) == (0, [])
    abroad = match_of(asked, Offered(country="FR", point=DOUALA))
    assert abroad.barriers == [{"code": Barrier.COUNTRY_NOT_ELIGIBLE, "detail": "FR"}]
    assert match_of(asked, Offered()).total is None, "nothing is known, so nothing is judged"


def test_more_years_than_asked_are_neither_rewarded_nor_shown() -> None:
    asked = Asked(experience_level="mid")
    young, old = (match_of(asked, Offered(months=months)) for months in (36, 500))
    assert young == old


def test_a_wish_above_the_pay_falls_evenly_to_nothing() -> None:
    asked = Asked(pay_min=40_000, pay_max=50_000)
    wishes = (45_000, 50_000, 56_250, 62_500, 90_000)
    assert [match_of(asked, Offered(pay_wish=wish)).total for wish in wishes] == [1000, 1000, 500, 0, 0]
    assert match_of(Asked(), Offered(pay_wish=1)).total is None, "pay that is not stated is not zero"


def test_a_language_that_we_cannot_tell_counts_against_nobody() -> None:
    asked = Asked(language="en")
    assert match_of(asked, Offered(languages={"fr": "native"})).barriers[0]["code"] == Barrier.LANGUAGE_MISSING
    unread = match_of(asked, Offered(languages={"fr": "native"}, has_unread_language=True))
    assert (unread.total, unread.barriers) == (None, [])
    assert match_of(asked, Offered(languages={"en": "b2"})).total == 850


def test_the_weights_are_a_hundred_and_nothing_else_is_read() -> None:
    assert sum(WEIGHTS.values()) == 100 and Fraction(FULL, 100) == 10
    assert {field.name for field in fields(Offered)} == {
        "skills",
        "months",
        "country",
        "point",
        "languages",
        "has_unread_language",
        "pay_wish",
    }
