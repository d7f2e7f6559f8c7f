"""Who may see what."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from memwell.core.errors import InvalidInput
from memwell.core.scope import Scope

names = st.none() | st.sampled_from(["ana", "bob"])
scopes = st.builds(Scope, st.sampled_from(["acme", "globex"]), names, names, names)


@given(scopes)
def test_a_reader_sees_its_own_scope(scope: Scope) -> None:
    assert scope.covers(scope)


@given(scopes, scopes)
def test_tenants_never_see_each_other(one: Scope, other: Scope) -> None:
    if one.tenant != other.tenant:
        assert not one.covers(other)


@given(scopes, scopes, scopes)
def test_seeing_is_passed_on(first: Scope, second: Scope, third: Scope) -> None:
    if first.covers(second) and second.covers(third):
        assert first.covers(third)


@given(scopes, scopes)
def test_only_equal_scopes_see_each_other(one: Scope, other: Scope) -> None:
    assert (one.covers(other) and other.covers(one)) == (one == other)


@given(scopes, scopes)
def test_each_part_that_is_named_must_be_the_same(reader: Scope, owner: Scope) -> None:
    parts = ("user", "agent", "session")
    alike = all(getattr(reader, p) in (None, getattr(owner, p)) for p in parts)
    assert reader.covers(owner) == (alike and reader.tenant == owner.tenant)


@given(scopes, names, names, names)
def test_narrowing_an_open_part_stays_within(
    scope: Scope, user: str | None, agent: str | None, session: str | None
) -> None:
    open_ = replace(scope, user=None, agent=None, session=None)
    narrowed = open_.within(user=user, agent=agent, session=session)
    assert narrowed == Scope(scope.tenant, user, agent, session)
    assert open_.covers(narrowed)


@given(scopes, names, names, names)
def test_nobody_leaves_a_scope_by_narrowing_it(
    scope: Scope, user: str | None, agent: str | None, session: str | None
) -> None:
    try:
        narrowed = scope.within(user=user, agent=agent, session=session)
    except InvalidInput:
        return
    assert scope.covers(narrowed)


@given(scopes)
def test_without_its_session_a_scope_covers_all_sessions_of_the_owner(scope: Scope) -> None:
    wide = scope.without_session()
    assert wide.covers(scope)
    assert wide.covers(replace(scope, session="another"))
    assert (wide.tenant, wide.user, wide.agent) == (scope.tenant, scope.user, scope.agent)


def test_named_lists_what_is_set() -> None:
    assert Scope("acme", "ana", session="s1").named() == {
        "tenant": "acme",
        "user": "ana",
        "session": "s1",
    }
