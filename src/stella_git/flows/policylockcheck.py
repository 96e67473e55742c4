"""Whether policies are as their lock says, and who signed it; nothing is written but signatures."""

from pathlib import Path
from typing import TYPE_CHECKING

from stella_git.canon.record import record
from stella_git.errors import ConfigError, StellaError, UsageError, Where
from stella_git.flows.policylock import SIGNATURES, put_file
from stella_git.flows.policylockstate import State, read
from stella_git.flows.workspace import open_workspace, read_file
from stella_git.policy import lock
from stella_git.trust import locks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stella_git.attest.envelope import Signature
    from stella_git.canon.clock import Instant
    from stella_git.trust.keyring import Keyring

_LIMIT = 1 << 20
_AGAIN = "undo the change, or lock again: stella policy lock"
_SIGN = "have holders of keys with the role policy sign it: stella policy lock --sign KEY"


@record(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is not as it has to be.

    Args:
        path: of what.
        code: stable.
        text: one line.
        remedy: what to do.
        brief: the text for a line that begins with the path, digests cut; "" for the text as it is.
    """

    path: str
    code: str
    text: str
    remedy: str
    brief: str = ""


@record(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to.

    Args:
        path: of the lock.
        problems: sorted by path; none if all is well.
        signers: who signed; None if that was not asked, and could not be found out.
        notices: what was not checked, or does not count.
    """

    path: str
    problems: tuple[Problem, ...]
    signers: "locks.Signers | None"
    notices: tuple[str, ...]


def check(
    target: str, *, at: "Instant", keyring: str | None = None, root_keys: tuple[str, ...] = (), require: bool
) -> Checked:
    """Return every difference between policies and their lock, and what its signatures come to.

    Args:
        target: folder of the policies, or the policy set in it.
        at: the present.
        keyring: file of a keyring; None for the one of the trusted revision.
        root_keys: fingerprints, one of which must have signed the keyring.
        require: too few signatures are a problem, as they are where a keyring is named.

    Raises:
        ConfigError: files cannot be read.
        RefusedError: the keyring is not to be believed.
        UsageError: there is nothing to check.
        EnvironmentFault: the file system refuses.
    """
    state = read(target)
    problems = [*_packs(state), *_differences(state)]
    signers: locks.Signers | None = None
    notices: tuple[str, ...] = ()
    if Path(state.path).is_file():
        signers, found, notices = _signatures(
            state, at, keyring, root_keys, require=require or keyring is not None
        )
        problems += found
    ordered = sorted(problems, key=lambda one: (one.path, one.code, one.text))
    return Checked(path=state.path, problems=tuple(ordered), signers=signers, notices=notices)


def _packs(state: State) -> "Iterator[Problem]":
    """Yield packs that are not what the policy set says."""
    for pack in state.packs:
        found = state.digest(pack)
        if pack.origin is not None and pack.digest is None:
            text = f"the pack {pack.name!a} comes from elsewhere, and has no digest"
            yield Problem(
                path=pack.path,
                code="policy-pack-undigested",
                text=text,
                remedy="run stella policy lock: it prints the digest",
            )
        elif not found or (pack.digest is not None and found != pack.digest):
            remedy = "fetch it: stella policy lock --update" if pack.origin else "undo the change"
            yield Problem(
                path=pack.path,
                code="policy-pack-digest",
                text=_other_pack(pack.name, found or "", pack.digest or ""),
                remedy=remedy,
                brief=_other_pack(pack.name, lock.cut(found or ""), lock.cut(pack.digest or "")),
            )


def _other_pack(name: str, found: str, wanted: str) -> str:
    return f"the pack {name!a} is {found or 'not there'}" + (f", and it has to be {wanted}" if wanted else "")


def _differences(state: State) -> "Iterator[Problem]":
    file = state.locked()
    if file is None:
        yield Problem(
            path=state.path,
            code="policy-lock-missing",
            text="the policies are not locked",
            remedy="lock them: stella policy lock",
        )
        return
    for one in lock.differences(file, state.files, state.policy_set):
        yield Problem(path=one.path, code="policy-locked", text=one.text(), remedy=_AGAIN, brief=one.brief())


def signatures_path(path: str) -> str:
    """Return where the signatures of a lock lie."""
    return f"{path}{SIGNATURES}"


def _existing(path: str) -> "tuple[Signature, ...]":
    place = Path(signatures_path(path))
    return locks.read(read_file(place, limit=_LIMIT), str(place)) if place.is_file() else ()


def _signatures(
    state: State, at: "Instant", keyring: str | None, root_keys: tuple[str, ...], *, require: bool
) -> "tuple[locks.Signers | None, list[Problem], tuple[str, ...]]":
    existing = _existing(state.path)
    if not existing and not require:
        return None, [], ("nobody signed the lock",)
    try:
        believed = _keyring(keyring, root_keys, at)
    except StellaError as error:
        if require:
            raise
        return None, [], (f"the signatures were not checked: {error.message}",)
    found = locks.verify(read_file(Path(state.path), limit=_LIMIT), existing, believed, at=at)
    return found, list(_signing(state.path, found, require=require)), tuple(_notices(found))


def _keyring(path: str | None, root_keys: tuple[str, ...], at: "Instant") -> "Keyring":
    from stella_git.flows.evidencekeyring import keyring_for

    return keyring_for(path, root_keys, at).keyring


def _signing(path: str, found: locks.Signers, *, require: bool) -> "Iterator[Problem]":
    place = signatures_path(path)
    for name in found.bad:
        yield Problem(
            path=place,
            code="BAD_SIGNATURE",
            text=f"the signature of {name} is not over this lock",
            remedy="restore both files, or lock and sign again: stella policy lock --sign KEY",
        )
    if require and len(found.counted) < found.needed:
        names = ", ".join(found.counted) or "none"
        text = f"{len(found.counted)} of {found.needed} signers that count: {names}"
        yield Problem(path=place, code="THRESHOLD", text=text, remedy=_SIGN)


def _notices(found: locks.Signers) -> "Iterator[str]":
    for name, reason in found.refused:
        yield f"the signature of {name} does not count: the key {reason}"
    for keyid in found.unknown:
        yield f"the keyring has no key {keyid[:12]}, which signed too"


def sign(
    target: str, uris: "Sequence[str]", *, at: "Instant", policy_ref: str | None = None
) -> tuple[str, ...]:
    """Add signatures to the lock, and return the names of the keys.

    Args:
        target: folder of the policies, or the policy set in it.
        uris: of signers, whose keys the keyring in force lists with the role ``policy``.
        at: the present.
        policy_ref: trusted revision to take the keyring from.

    Raises:
        ConfigError: there is no keyring, or a key of it may not sign; the lock cannot be read.
        UsageError: there is no lock, or it is not as the files are.
        EnvironmentFault: there is no repository, or the file system refuses.
    """
    from stella_git.config import environment
    from stella_git.flows import audit, waiversapproving
    from stella_git.trust.signers import open_signer

    state = read(target)
    for first in (*_packs(state), *_differences(state)):
        raise UsageError(first.text, code="policy-lock-stale", where=Where(state.path), remedy=first.remedy)
    data = read_file(Path(state.path), limit=_LIMIT)
    with open_workspace(state.folder) as workspace, audit.recording(workspace, "policy.lock") as recording:
        recording.know(detail=state.path)
        keyring = waiversapproving.ground(workspace, policy_ref).keyring
        if keyring is None:
            raise ConfigError(
                "there is no keyring in force, so that nobody would believe the signature",
                code="keyring-missing",
                remedy="run stella init and commit what it writes",
            )
        signers = [open_signer(uri, environment=environment(), base=Path()) for uri in uris]
        names = tuple(locks.require_may_sign(keyring, signer, at) for signer in signers)
        kept = locks.without_bad(data, _existing(state.path), keyring)
        signed = locks.sign(data, [recording.signer(one) for one in signers], existing=kept)
        put_file(Path(state.folder), Path(signatures_path(state.path)), signed)
    return names
