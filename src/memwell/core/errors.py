"""Every error memwell raises on purpose.

MemwellError
├── InvalidInput            the caller gave something that cannot be used; nothing was changed
│   └── UnknownName         no such family, strategy, model or paper
├── NotFound                no cube, event or session with that id
├── IllegalTransition       a lifecycle move the rules forbid (frozen cube, expired cube, ...)
├── Forbidden               the reader has no right to do that; ask for a grant
├── QuotaExceeded           the scope has no room left
├── Conflict                the cube changed since it was read; read again and retry
│   └── LeaseLost           another worker does this work by now; nothing was changed
├── StoreError              the store could not do its work
│   ├── DiskFull            there is no room; nothing was changed
│   ├── ReadOnly            the memory lies where this process may not write
│   ├── Damaged             what is on disk is not what was written
│   │   └── CorruptBlob     a blob does not match its checksum
│   ├── Locked              the memory is encrypted, and its key is missing or another one
│   └── MigrationError      the memory on disk was written by a newer memwell, or a migration failed
└── ModelError              a language model or embedder failed
    ├── ModelUnavailable    not installed, not reachable, or not configured
    └── InvalidOutput       the model answered, but not in the agreed form, even after one repair
"""


class MemwellError(Exception):
    """Base of all errors raised on purpose; its text says what to do next."""


class InvalidInput(MemwellError, ValueError):
    """The caller gave something that cannot be used; nothing was changed."""


class UnknownName(InvalidInput):
    """No such family, strategy, model or paper."""


class NotFound(MemwellError, LookupError):
    """No cube, event or session with that id."""


class IllegalTransition(MemwellError):
    """A lifecycle move that the rules forbid."""


class Forbidden(MemwellError):
    """The reader has no right to do that."""


class QuotaExceeded(MemwellError):
    """The scope has no room left; nothing was written."""


class Conflict(MemwellError):
    """The cube changed since it was read."""


class LeaseLost(Conflict):
    """Another worker does this work by now, or it is no longer to be done."""


class StoreError(MemwellError):
    """The store could not do its work."""


class DiskFull(StoreError):
    """There is no room for it; what was acknowledged before is untouched."""


class ReadOnly(StoreError):
    """The memory lies where this process may not write; it can be read."""


class Damaged(StoreError):
    """What is on disk is not what was written."""


class CorruptBlob(Damaged):
    """A blob does not match its checksum."""


class Locked(StoreError):
    """The memory is encrypted, and its key is missing or another one; nothing was changed."""


class MigrationError(StoreError):
    """The memory on disk cannot be brought to this version's schema."""


class ModelError(MemwellError):
    """A language model or embedder failed."""


class ModelUnavailable(ModelError):
    """The model is not installed, not reachable, or not configured."""


class InvalidOutput(ModelError):
    """The model's answer does not fit the prompt's schema, even after one repair."""
