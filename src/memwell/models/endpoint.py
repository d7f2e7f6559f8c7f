"""One HTTP endpoint: posts JSON, tries again where that can help, and says what went wrong.

The key travels in the header only: it is in no repr, no log and no error.
"""

import email.utils
import logging
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from memwell.core.errors import InvalidInput, InvalidOutput, ModelUnavailable

log = logging.getLogger(__name__)

WORTH_RETRYING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 30.0  # seconds


class Refused(ModelUnavailable):
    """The endpoint will not serve this request as it is."""


@dataclass
class Endpoint:
    """An OpenAI-compatible base URL, such as http://localhost:11434/v1."""

    base_url: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0  # seconds, for each attempt
    retries: int = 3  # attempts after the first
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def __post_init__(self) -> None:
        url = httpx.URL(self.base_url)
        if url.scheme not in ("http", "https") or not url.host:
            raise InvalidInput("a model's base URL begins with http:// or https:// and a host")
        if url.userinfo:
            raise InvalidInput("do not write credentials into a model's URL: pass api_key")
        self.base_url = self.base_url.rstrip("/")
        headers = {"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}
        self._client = httpx.Client(timeout=self.timeout, headers=headers)
        weakref.finalize(self, self._client.close)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer's JSON object.

        Raises ModelUnavailable when the endpoint cannot be reached or stays busy, Refused when it
        rejects the request, InvalidOutput when its answer is no JSON object.
        """
        for attempt in range(self.retries + 1):
            response, trouble = self._try(path, body)
            if response is not None and response.status_code not in WORTH_RETRYING:
                return self._read(response)
            if attempt < self.retries:
                wait = pause(response, attempt)
                log.info("%s: %s; trying again in %.1f s", self.base_url, trouble, wait)
                self.sleep(wait)
        raise ModelUnavailable(
            f"{self.base_url} did not answer in {self.retries + 1} attempts: {trouble}"
        )

    def _try(self, path: str, body: dict[str, Any]) -> tuple[httpx.Response | None, str]:
        try:
            response = self._client.post(f"{self.base_url}/{path}", json=body)
        except httpx.TimeoutException:
            return None, f"no answer within {self.timeout:g} s"
        except httpx.HTTPError as error:
            return None, str(error) or type(error).__name__
        return response, f"HTTP {response.status_code}"

    def _read(self, response: httpx.Response) -> dict[str, Any]:
        if response.status_code in (401, 403):
            raise ModelUnavailable(
                f"{self.base_url} refuses the key (HTTP {response.status_code}): "
                "pass api_key or set MEMWELL_API_KEY"
            )
        if not response.is_success:
            raise Refused(f"{self.base_url}: HTTP {response.status_code}: {self._said(response)}")
        try:
            answer = response.json()
        except ValueError as error:
            raise InvalidOutput(
                f"{self.base_url} answered with something else than JSON"
            ) from error
        if not isinstance(answer, dict):
            raise InvalidOutput(f"{self.base_url} answered with JSON that is no object")
        return answer

    def _said(self, response: httpx.Response) -> str:
        """The beginning of an error's text, without the key should it echo it."""
        text = response.text[:300]
        return text.replace(self.api_key, "…") if self.api_key else text


def pause(response: httpx.Response | None, attempt: int) -> float:
    """Seconds to wait: what the endpoint asks for, else doubling from half a second."""
    asked = _retry_after(response.headers.get("retry-after", "")) if response else None
    return min(0.5 * 2**attempt if asked is None else asked, LONGEST_WAIT)


def _retry_after(value: str) -> float | None:
    """Retry-After in seconds; it may be a number or a date."""
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None
