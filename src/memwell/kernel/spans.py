"""The one seam to OpenTelemetry. Nothing is imported here: a program that traces has done so.

Names follow OpenTelemetry's conventions for generative AI (gen_ai.*), the part on memory.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
WANTED = {"true", "1", "span_only", "span_and_event"}
NOTHING = nullcontext()

_known: tuple[Any, Any] = (None, None)  # the provider in use, and our tracer of it


def tracer() -> Any | None:
    """OpenTelemetry's, once the program has set up a provider of them."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None or not hasattr(trace, "get_tracer_provider"):
        return None
    global _known  # noqa: PLW0603 (making a tracer costs more than a small operation)
    provider = trace.get_tracer_provider()
    if provider is not _known[0]:
        idle = isinstance(provider, trace.ProxyTracerProvider | trace.NoOpTracerProvider)
        _known = (provider, None if idle else provider.get_tracer("memwell"))
    return _known[1]


def span(name: str, attributes: Mapping[str, Any]) -> AbstractContextManager[Any | None]:
    """Around a piece of work in this process; None when nobody traces.

    An error is told by its class alone: its words may be somebody's.
    """
    found = tracer()
    return NOTHING if found is None else _traced(found, name, attributes)


@contextmanager
def _traced(found: Any, name: str, attributes: Mapping[str, Any]) -> Iterator[Any]:
    with found.start_as_current_span(
        name, attributes=dict(attributes), record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            failed(current, error)
            raise


def failed(current: Any, error: BaseException) -> None:
    trace = sys.modules["opentelemetry.trace"]
    current.set_attribute("error.type", type(error).__qualname__)
    current.set_status(trace.Status(trace.StatusCode.ERROR))


def content_wanted() -> bool:
    """Whether whoever runs the program wants queries and memories in the spans."""
    return os.environ.get(CAPTURE, "").lower() in WANTED
