"""Sends a webhook: to the address that was checked, without redirects, and without reading much."""

from memwell.app.server.addresses import Target

SECONDS = 10.0


class Sender:
    """Connects to the very address that a name was resolved to."""

    def __init__(self, *, private: bool) -> None:
        self._private = private

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """The status. Raises InvalidInput for what is not allowed, and httpx's errors."""
        import httpx

        target = Target.of(url, private=self._private)
        address = target.resolved(private=self._private)
        host = f"[{address}]" if address.version == 6 else str(address)
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=SECONDS) as client,
            client.stream(
                "POST",
                f"{target.scheme}://{host}:{target.port}{target.path}",
                content=body,
                headers={**headers, "Host": target.authority},
                extensions={"sni_hostname": target.host},
            ) as response,
        ):
            return response.status_code
