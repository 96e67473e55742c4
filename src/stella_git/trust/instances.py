"""Instances of Sigstore for signing: a client trust config says which services to use, and whom to trust.

The public good instance and its staging instance have a name; any other one is a file. Its JSON is read by
our strict reader first, and then by the package ``sigstore`` (extra ``keyless``), which speaks with the
services.

Source: protobuf-specs ClientTrustConfig v0.1, SigningConfig v0.2.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stella_git.canon import jcs
from stella_git.canon.reader import Json, parse_json
from stella_git.errors import ConfigError, EnvironmentFault, InputError, Where
from stella_git.trust.extras import require

EXTRA = "keyless"
STAGING = "staging"
CONFIG_TYPE = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json"
CONFIG_LIMIT = 4 << 20


def read_config_file(path: Path) -> bytes:
    """Return the bytes of a client trust config.

    Raises:
        ConfigError: there is no such file.
        EnvironmentFault: the file system refuses to read it.
    """
    try:
        with path.open("rb") as file:
            return file.read(CONFIG_LIMIT + 1)
    except FileNotFoundError:
        raise ConfigError(
            "there is no client trust config",
            code="keyless-config-missing",
            where=Where(str(path)),
            remedy="name the JSON file of the instance, or use `sigstore:` or `sigstore:staging`",
        ) from None
    except OSError as error:
        raise EnvironmentFault(
            f"the client trust config cannot be read: {error.strerror}",
            code="keyless-config-unreadable",
            where=Where(str(path)),
            remedy="check who owns the file and its directory",
        ) from None


def fetch_config(name: str) -> bytes:
    """Return the client trust config of the public good instance (``""``) or of ``staging``, over TUF.

    Raises:
        ConfigError: the extra is missing.
        EnvironmentFault: it cannot be fetched.
    """
    models = require("sigstore.models", EXTRA)
    try:
        load = models.ClientTrustConfig.staging if name == STAGING else models.ClientTrustConfig.production
        # The package offers no way to write what it has fetched and verified.
        text: str = load()._inner.to_json()  # noqa: SLF001
    except Exception as error:  # noqa: BLE001 - as in `_sign`
        raise unreachable(f"sigstore:{name}", error) from None
    return text.encode()


def make_config(
    name: str, *, trusted_root: bytes | None = None, signing_config: bytes | None = None
) -> bytes:
    """Return a client trust config out of its two halves; what is not given is the named instance's.

    Args:
        name: ``""`` or ``staging``; not asked for anything if both halves are given.
        trusted_root: JSON.
        signing_config: JSON, version 0.2.

    Raises:
        InputError: a half is not JSON.
        ConfigError: the extra is missing.
        EnvironmentFault: the instance's half cannot be fetched.
    """
    halves = {"trustedRoot": trusted_root, "signingConfig": signing_config}
    fetched = fetch_config(name) if None in halves.values() else b""
    whole: dict[str, Json] = {"mediaType": CONFIG_TYPE}
    for key, half in halves.items():
        whole[key] = member(fetched, key) if half is None else parse_json(half, limit=CONFIG_LIMIT)
    return jcs.dumps(whole)


def member(config: bytes, name: str) -> Json:
    """Return a member of a client trust config that `read_config` has read, or that was fetched."""
    found = parse_json(config, limit=CONFIG_LIMIT)
    assert isinstance(found, Mapping)
    return found[name]


def read_config(data: bytes, uri: str) -> Any:
    """Return the package's view of a client trust config, after our reader has read it strictly.

    Args:
        data: JSON.
        uri: of the signer, for errors.

    Raises:
        ConfigError: it is none, or names no services that can be used; or the extra is missing.
    """
    models = require("sigstore.models", EXTRA)
    try:
        parse_json(data, limit=CONFIG_LIMIT)
        found = models.ClientTrustConfig.from_json(data.decode())
        _ = found.signing_config, found.trusted_root
    except InputError as error:
        reason, code = error.message, error.code
    except Exception as error:  # noqa: BLE001 - the package's own, and those of what it parses with
        reason, code = first_line(error), "keyless-config"
    else:
        return found
    raise ConfigError(
        f"is not a client trust config: {reason}",
        code=code,
        where=Where(uri.partition(":")[2] or uri),
        remedy="get it from whoever runs the instance; `signingConfig` has to be of version 0.2",
    )


def first_line(error: BaseException) -> str:
    """Return type and first line of an error of somebody else's, bounded and escaped."""
    return ascii(f"{type(error).__name__}: {error}".splitlines()[0])[1:-1][:200]


def unreachable(uri: str, error: Exception) -> EnvironmentFault:
    """Return our error for one that the package raised."""
    return EnvironmentFault(
        f"a service of the Sigstore instance did not do its part ({first_line(error)})",
        code="keyless-service",
        where=Where(uri),
        remedy="check the network and the instance's status, and try again",
    )
