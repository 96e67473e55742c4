"""One policy file over https: from where the policy set allows, and from nowhere else.

Certificates are verified with what the machine trusts (``SSL_CERT_FILE`` names others); a redirect counts
only if it leads to where the policy set allows, too. Proxies of the environment are used.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from stella_git.errors import ConfigError, EnvironmentFault, RefusedError, StellaError, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 4 << 20
TIMEOUT_SECONDS = 30
_REDIRECTS = 5
_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_FOUND = 200


def get(url: str, allow: "Sequence[str]", *, where: Where) -> bytes:
    """Return the bytes that a server gives for a URL, at most 4 MiB.

    Args:
        url: ``https://...``, below one of the prefixes.
        allow: prefixes, each with a host and a path.
        where: what names the URL, for messages.

    Raises:
        ConfigError: ``policy-pack-url``: the URL, or where it leads, is not below a prefix.
        RefusedError: ``policy-pack-missing``: the server has no such file; ``policy-pack-size``.
        EnvironmentFault: ``policy-pack-fetch``: the server does not answer, or nobody vouches for it.
    """
    for _ in range(_REDIRECTS + 1):
        require_allowed(url, allow, where)
        answer = _ask(url, where)
        if isinstance(answer, bytes):
            return answer
        url = answer
    raise _fault(f"{url[:200]!a} redirects more than {_REDIRECTS} times", where)


def require_allowed(url: str, allow: "Sequence[str]", where: Where) -> None:
    """Refuse a URL that is not below one of the prefixes, however it is written.

    Raises:
        ConfigError: ``policy-pack-url``.
    """
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and "#" not in url
    path = unquote(url.partition("?")[0])
    climbs = any(part in {".", ".."} for part in path.replace("\\", "/").split("/"))
    if plain and not climbs and _is_https(url) and any(url.startswith(prefix) for prefix in allow):
        return
    raise ConfigError(
        f"{url[:200]!a} is not below one of the prefixes that the policy set allows",
        code="policy-pack-url",
        where=where,
        remedy="add its prefix to spec.allow, such as https://example.org/packs/, or correct the URL",
    )


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _ask(url: str, where: Where) -> bytes | str:
    """Return the body of the answer, or where it leads."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request

    request = Request(url, headers={"User-Agent": "stella-git", "Accept-Encoding": "identity"})  # noqa: S310 - https only
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _body(answer, where)
    except HTTPError as error:
        with error:
            return _not_found(error, url, where)
    except StellaError:
        raise
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise _fault(f"{url[:200]!a} cannot be fetched: {ascii(str(reason))[1:-1][:200]}", where) from error


def _opener() -> Any:
    """Return what opens https, and nothing else: no files, no redirects, no passwords."""
    import ssl
    from urllib import request

    opener = request.OpenerDirector()
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for handler in (
        request.ProxyHandler(),
        request.HTTPSHandler(context=context),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _body(answer: Any, where: Where) -> bytes:
    if answer.status != _FOUND:
        raise _fault(f"the server answers {answer.status}", where)
    data = bytes(answer.read(LIMIT + 1))
    if len(data) > LIMIT:
        raise RefusedError(
            f"the file has more than {LIMIT} bytes",
            code="policy-pack-size",
            where=where,
            remedy="name one policy file",
        )
    length = answer.headers.get("Content-Length")
    if length is not None and length != str(len(data)):
        raise _fault(f"the answer ends after {len(data)} of {length[:20]!a} bytes", where)
    return data


def _not_found(error: Any, url: str, where: Where) -> str:
    """Return where a redirect leads; every other answer is an error."""
    from urllib.parse import urljoin

    leads = error.headers.get("Location")
    if error.code in _REDIRECTED and leads:
        try:
            return urljoin(url, str(leads))
        except ValueError as wrong:
            raise _fault(f"{url[:200]!a} redirects to what is no URL", where) from wrong
    if error.code in {404, 410}:
        raise RefusedError(
            f"{url[:200]!a} is not there ({error.code})",
            code="policy-pack-missing",
            where=where,
            remedy="correct the URL of the pack",
        )
    raise _fault(f"{url[:200]!a} is answered with {error.code}", where)


def _fault(what: str, where: Where) -> EnvironmentFault:
    return EnvironmentFault(
        what,
        code="policy-pack-fetch",
        where=where,
        remedy="check the network, the proxy, and the certificates that this machine trusts",
    )
