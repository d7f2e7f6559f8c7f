"""The queue of a branch: its work is done with all that whoever opened the memory may see."""

from memwell.kernel.common import Common
from memwell.kernel.lookout import Lookout
from memwell.kernel.observe import Observer
from memwell.kernel.queue import Queue
from memwell.kernel.refiner import Refiner
from memwell.kernel.writer import Writer
from memwell.store.sql import SQLStore


def queue_of(common: Common, branch: str) -> Queue:
    """The one there is, or a new one. Raises NotFound when there is no such branch."""
    store = common.store
    if branch != common.branch:
        store = store.acting(common.scope, branch, common.clearance)
    return common.queue(store, lambda shown: _made(common, shown))


def _made(common: Common, store: SQLStore) -> Queue:
    refiner = Refiner(
        store,
        common.strategy,
        Writer(store, common.reembedder, common.clock, common.ids),
        common.clock,
        Lookout(common, store).view,
        Observer(store.governance, common.scope),
        common.refined,
    )
    return Queue(store.jobs, common.clock, refiner.refine, background=common.takes_long)
