"""The façade: everything an application does with a memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from memwell.core.access import Right, Sensitivity
from memwell.core.errors import IllegalTransition, InvalidInput, NotFound
from memwell.core.filter import Filter, parsed
from memwell.core.hit import Answer, Hit
from memwell.core.job import Job, Standing
from memwell.core.lifecycle import State
from memwell.core.message import Conversation
from memwell.core.op import Op, Update
from memwell.core.payload import Text
from memwell.core.receipt import Receipt
from memwell.core.store import Batch
from memwell.core.trust import FULL, level
from memwell.core.view import SAID, Moment, Query
from memwell.kernel import (
    context,
    explain,
    given,
    left_out,
    observe,
    screening,
    scrub,
    trusted,
)
from memwell.kernel.forget import Doomed, ForgetReport
from memwell.kernel.intake import Messages, as_conversation, as_labels, as_messages, as_words
from memwell.kernel.observe import observed, observed_each
from memwell.kernel.portable import Portable
from memwell.kernel.traceable import Traceable
from memwell.kernel.view import MemoryView
from memwell.models.threads import one_thread

if TYPE_CHECKING:
    from memwell.kernel.proof import Proof


class Memory(Portable, Traceable):
    """A memory in a folder. Copy the folder and you have copied the memory.

    Args:
        path: The folder; made when it is not there.
        tenant, user, agent: Whose memory this is. None reads across all.
        strategy: A name such as "plaintext:verbatim", with parameters or swapped stages where
            wanted ("plaintext:zep,retrieve=verbatim"), or a Strategy.
        embedder: "minilm" (in the package), "none" (lexical only), "http://host/v1#model", a path,
            or an Embedder.
        model: "rules" (no language model), "smollm2" (small, in this process),
            "http://host/v1#model", or a LanguageModel.
        clock: Tells the time; the system's by default.
        seed: Makes ids repeatable.
        branch: Which branch of the memory to work in. Raises NotFound when there is none.
        rights: What this opener may do: "read", "write", "delete"; all by default.
        clearance: The highest sensitivity it may see: "public", "internal", "confidential",
            "secret".
        key: Encrypts a new memory, and opens one that is encrypted: 32 bytes, text, or the Path of
            a key file; by default that of MEMWELL_KEY or MEMWELL_KEY_FILE, else none.
        privacy: What is done about secrets and personal data in what comes in: "off", "warn",
            "redact" or "refuse", or one of these by kind: {"email": "redact"}.
    """

    # -- remembering

    @observed(observe.CREATE)
    def add(
        self,
        messages: Messages,
        *,
        session: str | None = None,
        user: str | None = None,
        at: datetime | None = None,
        labels: Mapping[str, Any] | None = None,
        ttl: timedelta | None = None,
        sensitivity: Sensitivity | str = Sensitivity.INTERNAL,
        trust: str | float = FULL,
        dry_run: bool = False,
        wait: bool = False,
    ) -> Receipt:
        """Keep what was said, word for word; durable and searchable on return.

        The receipt is extended when the strategy has refined it: at once without a language model,
        in the background with one (`wait=True` waits). `labels` can be filtered by; `ttl` says how
        long until it expires, with what is derived from it; `trust` how far its source is believed:
        system, user, assistant, document, tool, web, unknown, or a number from 0 to 1. What tools
        said (role "tool") is trusted as such at most.

        Raises InvalidInput, Forbidden and QuotaExceeded; then nothing is kept.
        """
        self.governance.need(Right.WRITE)
        conversation = Conversation(
            as_messages(messages),
            session,
            given.moment(at, "at"),
            user,
            as_labels(labels),
            given.end(ttl, self._clock.now()),
            Sensitivity.named(sensitivity),
            level(trust),
        )
        scope = self._scope_of(conversation)
        if dry_run:
            return self._recorder.preview(conversation, scope)
        return self._recorder.record(conversation, scope, wait=wait)

    @observed_each(observe.CREATE)
    def add_many(self, conversations: Iterable[Conversation]) -> Iterator[Receipt]:
        """Keep many conversations, each durable as a whole; a receipt for each, in order.

        A conversation that is already there is not stored again, so that an interrupted import
        resumes when it is run again; its receipt is `repeated`. Raises as `add` does, naming the
        conversation; those before it whose receipts were given are kept.
        """
        self.governance.need(Right.WRITE)
        talks = (as_conversation(each, place) for place, each in enumerate(conversations))
        return self._recorder.record_new((each, self._scope_of(each)) for each in talks)

    def receipt(self, id: str) -> Receipt:
        """The receipt of an event as it stands now. Raises NotFound."""
        self.governance.need(Right.READ)
        found = self.store.receipt(given.ident(id))
        if found is None or not self.store.events(found.events, self.scope):
            raise NotFound(f"there is no receipt {id}")
        return found

    def queue(self) -> list[Job]:
        """What the strategy has still to refine in this scope, is refining, or has given up."""
        self.governance.need(Right.READ)
        return self.store.jobs.listed(self.scope, self._clock.now())

    @observed()
    def retry(self, id: str | None = None) -> list[Receipt]:
        """Have refinement that was given up tried again: of one event, or all; their receipts.

        Raises NotFound when nothing was given up for an event of that id (or beginning of it).
        """
        self.governance.need(Right.WRITE)
        dead = [job.event for job in self.queue() if job.standing is Standing.DEAD]
        chosen = [event for event in dead if event.startswith(id or "")]
        if id is not None and len(chosen) != 1:
            raise NotFound(f"{len(chosen)} events that were given up begin with {id}; see `queue`")
        self._queue.retry(chosen, begin=self._refines)
        return [self.receipt(event) for event in chosen]

    @observed(observe.UPSERT)
    def refine(self, *, user: str | None = None, told: Callable[[int], None] | None = None) -> int:
        """Have the strategy work on what was remembered before it came; how many events there are.

        Events that it has already worked on are left alone, so that an interrupted call goes on
        where it stopped. With a language model this happens in the background (`wait` waits).
        `told` hears of events done at once, as they are done.
        """
        self.governance.need(Right.WRITE)
        if not self._refines:
            return 0
        scope, now = self.scope.within(user=user), self._clock.now()
        begun = self.store.jobs.begin(scope, self.strategy.name, now)
        self._queue.resume(told)
        return len(begun)

    # -- recalling

    @observed(observe.SEARCH)
    def search(
        self,
        query: str,
        k: int = 10,
        *,
        at: datetime | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        user: str | None = None,
        session: str | None = None,
        by: Literal["turn", "session"] = "turn",
        without: Iterable[str] = (),
        where: Mapping[str, Any] | Filter | None = None,
    ) -> list[Hit]:
        """The k best memories, best first, each with its reasons.

        Args:
            query: What is asked.
            k: How many.
            at: When it is asked; words like "last week" are read against it. Now by default.
            as_of: Only what was true in the world then.
            known_at: Only what this memory knew then.
            user: Narrows the scope to one user.
            session: Narrows it to one session.
            by: Rank single turns, or the best turn of each session in order of sessions.
            without: Sessions to leave out.
            where: Only memories with such labels: {"topic": "travel"}, {"year": {"gte": 2020}},
                {"OR": [...]}; see the page on search.
        """
        query, k = given.question(query), given.count(k, "k")
        if by not in ("turn", "session"):
            raise InvalidInput(f"results are ranked by turn or by session, not by {by!r}")
        view = self.view(
            user,
            session,
            Moment(given.moment(as_of, "as_of"), given.moment(known_at, "known_at")),
            given.names(without),
            parsed(where),
        )
        hits = self._retrieve(query, k, at, by, view)
        self._access.used([hit.cube.id for hit in hits], view.now)
        return hits

    @observed(observe.SEARCH)
    def context(
        self,
        query: str,
        budget: int = 4000,
        *,
        k: int = 50,
        at: datetime | None = None,
        user: str | None = None,
    ) -> context.Context:
        """Text to put before a language model, of at most `budget` tokens (estimated)."""
        query, budget = given.question(query), given.count(budget, "budget", 0)
        k = given.count(k, "k")
        view = self.view(user)
        hits = self._retrieve(query, k, at, "turn", view)
        found = context.compose(list(view.only(SAID).scan()), hits, budget)
        shown = {cube.id for cube in found.cubes}
        self._access.used([hit.cube.id for hit in hits if hit.cube.id in shown], view.now)
        return found

    @observed(observe.SEARCH)
    def ask(
        self,
        question: str,
        *,
        at: datetime | None = None,
        user: str | None = None,
        session: str | None = None,
        without: Iterable[str] = (),
    ) -> Answer:
        """An answer with its evidence, or that memory does not hold one."""
        question = given.question(question)
        view = self.view(user, session, without=given.names(without))
        from memwell.kernel.ask import answer  # brings pydantic along, which no search needs

        with one_thread():
            found = answer(question, self._moment(at), view, self.strategy, self.model)
        self._access.used(list(found.sources), view.now)
        return found

    @observed(observe.SEARCH)
    def explain(
        self, query: str, id: str, *, at: datetime | None = None, user: str | None = None
    ) -> explain.Explanation:
        """Why a memory is, or is not, among the results of a query. Raises NotFound."""
        query = given.question(query)
        view = self.view(user)
        hits = self._retrieve(query, explain.DEPTH, at, "turn", view)
        return explain.explained(self.store.history(self._full(id)), hits, view)

    @observed(observe.SEARCH)
    def left_out(
        self,
        query: str,
        k: int = 10,
        *,
        most: int = 10,
        at: datetime | None = None,
        as_of: datetime | None = None,
        known_at: datetime | None = None,
        user: str | None = None,
        session: str | None = None,
        where: Mapping[str, Any] | Filter | None = None,
    ) -> list[left_out.LeftOut]:
        """What such a search does not return, and why; at most so many of every cause.

        What ranked lower, what the moment or a filter kept out, earlier wordings of what was found,
        and what expired. Memories that this scope may not read are not among them.
        """
        query, k, most = given.question(query), given.count(k, "k"), given.count(most, "most")
        moment = Moment(given.moment(as_of, "as_of"), given.moment(known_at, "known_at"))
        wanted, now = parsed(where), self.view(user)
        view = self.view(user, session, moment, where=wanted)
        hits = self._retrieve(query, k + most, at, "turn", view)
        found = list(left_out.below(hits, k))
        if session or wanted or moment != Moment():
            wide = self._retrieve(query, k + most, at, "turn", now)
            ids = [hit.cube.id for hit in hits]
            found += islice(left_out.outside(wide, ids, moment, session, now), most)
        found += islice(left_out.reworded(hits[:k], now), most)
        return found + left_out.ended(query, self.store, now, most)

    # -- changing

    @observed(observe.UPDATE)
    def update(self, id: str, text: str, *, why: str = "corrected by the user") -> Receipt:
        """Write a new version of a memory. Raises NotFound, or IllegalTransition when frozen."""
        return self._change(id, Update("", why, payload=Text(as_words(text))), "update")

    @observed(observe.UPDATE)
    def freeze(self, id: str, *, why: str = "frozen by the user") -> Receipt:
        """Keep a memory as it is: still found, changed by nobody. Raises as `update` does."""
        return self._change(id, Update("", why, state=State.FROZEN), "freeze")

    @observed(observe.UPDATE)
    def thaw(self, id: str, *, why: str = "thawed by the user") -> Receipt:
        """Let a frozen memory be changed again. Raises as `update` does."""
        return self._change(id, Update("", why, state=State.ACTIVATED), "thaw")

    @observed(observe.UPSERT)
    def apply(
        self, ops: Iterable[Op], *, by: str, cause: str | None = None, dry_run: bool = False
    ) -> Receipt:
        """Apply ops in one transaction; the only way memory changes after it was recorded.

        `by` names who proposes them. Raises InvalidInput for what is no list of ops; a single op
        that cannot be applied is dropped, with the reason.
        """
        self.governance.need(Right.WRITE)
        by = given.name(by, "`by`")
        if not isinstance(ops, Iterable):
            raise InvalidInput(f"ops are a list of them, not a {type(ops).__name__}")
        kept, noticed = screening.changes(self._privacy, ops)
        receipt = self._writer.apply(kept, self.scope, by=by, cause=cause, dry_run=dry_run)
        return replace(receipt, noticed=noticed)

    @observed(observe.UPSERT)
    def manage(self, *, user: str | None = None, dry_run: bool = False) -> Receipt:
        """Let the strategy tidy up: decay, merge, reflect; for every user apart, or for one.

        Raises Conflict when something was forgotten meanwhile; then nothing was changed.
        """
        self.governance.need(Right.WRITE)
        self._access.flush()
        return self._steward.manage(self.scope.within(user=user), dry_run=dry_run)

    @observed(observe.DELETE)
    def forget(
        self,
        *ids: str,
        session: str | None = None,
        user: str | None = None,
        dry_run: bool = False,
        thorough: bool | None = None,
    ) -> ForgetReport:
        """Erase memories for good, with the words they came from and all that was made of them.

        Name memories by id, or a whole session or user; what is frozen goes, too, and with a whole
        user the grants and quotas that name it, unless it is the user who forgets. Afterwards the
        bytes of all files are searched for it, unless the memory is large: `thorough` says whether.
        Raises NotFound, also for what was forgotten before, and InvalidInput when nothing is named.
        """
        self.governance.need(Right.DELETE)
        if not ids and session is None and user is None:
            raise InvalidInput("name what to forget: ids, a session, or a user")
        if dry_run:
            return self._proof(ids, session, user, thorough=False).preview()
        with self.store.alone():  # nothing may be derived from it while its traces are followed
            proof = self._proof(ids, session, user, thorough=thorough)
            batch = Batch(next(self._ids), self._clock.now(), by="user", action="forget")
            proof.doomed.erase(batch)
            if user is not None and session is None and self.scope.user is None:
                tenant, now = self.scope.tenant, self._clock.now()
                self.store.governance.forget_user(tenant, user, now)
        self._reembedder.sources.forgotten()
        return proof.report(finished=scrub.finish(self.store, self.blobs))

    # -- shared

    def _change(self, id: str, update: Update, action: str) -> Receipt:
        self.governance.need(Right.WRITE)
        update = replace(update, id=self._full(id))
        ops, noticed = screening.changes(self._privacy, [update])
        receipt = self._writer.apply(ops, self.scope, by="user", cause=None, action=action)
        if receipt.dropped:
            raise IllegalTransition(f"{update.id} was not changed: {receipt.dropped[0].why}")
        return replace(receipt, noticed=noticed)

    def _retrieve(
        self,
        query: str,
        k: int,
        at: datetime | None,
        by: Literal["turn", "session"],
        view: MemoryView,
    ) -> list[Hit]:
        with one_thread():
            return trusted.retrieve(self.strategy, Query(query, self._moment(at), by), view, k)

    def _proof(
        self, ids: Iterable[str], session: str | None, user: str | None, *, thorough: bool | None
    ) -> "Proof":
        """What has to go with what is named, and what to look for afterwards."""
        from memwell.kernel.proof import Proof

        named = [self._full(id) for id in ids]
        if session is not None or user is not None:
            scope = self.scope.within(user=user, session=session)
            named += [id for id in self.store.resolve("", scope, None) if id not in named]
        if not named:
            raise NotFound("there is nothing to forget in that scope")
        doomed = Doomed(self.store, self.scope).follow(named)
        return Proof.begun(self.place, self.store, self.blobs, doomed, thorough)
