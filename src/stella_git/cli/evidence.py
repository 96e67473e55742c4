"""``stella attest verify|inspect|convert FILE``: one file of evidence, on any machine, offline."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stella_git.canon.clock import Instant
    from stella_git.canon.digest import Digest
    from stella_git.flows.evidencefiles import Answer, Asked
    from stella_git.flows.evidencekeyring import Believed
    from stella_git.trust.bundles import Artifact
    from stella_git.trust.keys import PublicKey

_VERIFY = """\
Verify one file of evidence: a DSSE envelope or a Sigstore bundle. Nothing is asked of the network.

Say who has to have signed it: one key (--key), one identity (--certificate-identity with
--certificate-oidc-issuer), a keyring (--keyring), or nothing: then the keyring of this repository decides."""
_EXAMPLES = """\
examples:
  stella attest verify app.sigstore.json --artifact app.tar.gz \\
      --certificate-identity https://ci.example/build --certificate-oidc-issuer https://ci.example
  stella attest verify statement.dsse.json --key release.pub --type slsa-provenance
  stella attest verify statement.dsse.json --key release.pub --payload > statement.json
"""


def configure_verify(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``attest verify``."""
    parser.description, parser.epilog = _VERIFY, _EXAMPLES
    parser.add_argument("file", metavar="FILE", help="envelope or bundle; - for standard input")
    who = parser.add_argument_group("who has to have signed it")
    who.add_argument("--key", metavar="F", help="public key: PEM or OpenSSH")
    who.add_argument("--certificate-identity", metavar="ID", help="subject of the certificate, exactly")
    who.add_argument("--certificate-oidc-issuer", metavar="URL", help="its OIDC issuer, exactly")
    who.add_argument("--keyring", metavar="F", help="keyring file, its signatures beside it")
    who.add_argument(
        "--root-key",
        metavar="FP",
        action="append",
        default=[],
        help="fingerprint of a key that must stand behind the keyring",
    )
    what = parser.add_argument_group("what it has to be about")
    what.add_argument("--artifact", metavar="F", help="the file that was signed, or sha256:HEX")
    what.add_argument("--type", metavar="T", help="its predicate type: a URI or a name, as slsa-provenance")
    what.add_argument("--dependencies-root", metavar="D", help="Merkle root of a provenance's dependencies")
    what.add_argument(
        "--input",
        metavar="F",
        action="append",
        default=[],
        help="what it was made from: give every input that it names; may be repeated",
    )
    how = parser.add_argument_group("roots, logs and times")
    how.add_argument("--trusted-root", metavar="F", help="trusted_root.json (default: Sigstore's public one)")
    how.add_argument("--staging", action="store_true", help="take Sigstore's staging root: for tests only")
    how.add_argument("--max-root-age", metavar="DAYS", type=_days, help="refuse an older trusted root")
    how.add_argument("--log", action="store_true", help="need an entry of a transparency log, with a key too")
    how.add_argument("--signed-at", metavar="T", help="when it was signed, by your own knowledge")
    how.add_argument("--not-after", metavar="T", help="latest time of signing that is taken")
    how.add_argument("--skew", metavar="S", type=_days, default=0, help="seconds that clocks may differ")
    how.add_argument("--at", metavar="T", help="verify as of this time, RFC 3339 (default: now)")
    parser.add_argument("--payload", action="store_true", help="print the verified payload and nothing else")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=run_verify)


def configure_inspect(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``attest inspect``."""
    parser.description = "Say what is in an envelope or a bundle. Nothing of it is verified."
    parser.add_argument("file", metavar="FILE", help="envelope or bundle; - for standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=run_inspect)


def configure_convert(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``attest convert``."""
    parser.description = "Print the same signature in the other form. The signed bytes are not touched."
    parser.epilog = (
        "examples:\n  stella attest convert note.json --to bundle --key release.pub > note.sigstore.json\n"
        "  stella attest convert note.sigstore.json --to envelope > note.json\n"
    )
    parser.add_argument("file", metavar="FILE", help="envelope or bundle; - for standard input")
    parser.add_argument("--to", choices=("bundle", "envelope"), required=True, help="the form to print")
    parser.add_argument("--key", metavar="F", help="public key of an envelope: a bundle names it by a hint")
    parser.set_defaults(handler=run_convert)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print a report, or the verified payload; 1 unless everything that was asked holds."""
    from stella_git.cli.files import print_json, read_argument, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows.evidencefiles import verify_file
    from stella_git.report import evidence

    data = read_argument(arguments.file)
    answer = verify_file(data, _asked(arguments), path=arguments.file)
    if arguments.payload:
        return _print_payload(answer, arguments.file)
    if arguments.format == "json":
        print_json(evidence.answer_json(answer))
    else:
        print(evidence.answer_text(answer, colour=use_colour(arguments.color)), end="")
    return EXIT_CLEAN if answer.report.ok else EXIT_FINDINGS


def run_inspect(arguments: argparse.Namespace) -> int:
    """Print what a file says."""
    from stella_git.cli.files import print_json, read_argument
    from stella_git.errors import EXIT_CLEAN
    from stella_git.flows.evidencefiles import describe_evidence
    from stella_git.report import evidence

    described = describe_evidence(read_argument(arguments.file), path=arguments.file)
    if arguments.format == "json":
        print_json(described)
    else:
        print(evidence.described_text(described), end="")
    return EXIT_CLEAN


def run_convert(arguments: argparse.Namespace) -> int:
    """Print the other form."""
    from stella_git.cli.files import read_argument
    from stella_git.errors import EXIT_CLEAN
    from stella_git.flows.evidencefiles import convert_evidence

    data = read_argument(arguments.file)
    found = convert_evidence(data, arguments.to, key=_key(arguments.key), path=arguments.file)
    sys.stdout.buffer.write(found + b"\n")
    sys.stdout.buffer.flush()
    return EXIT_CLEAN


def _asked(arguments: argparse.Namespace) -> "Asked":
    """Return what the arguments ask.

    Raises:
        UsageError: none or several of key, identity and keyring; an identity without its issuer; a type that
            is neither a URI nor a name.
    """
    from stella_git.canon.clock import SystemClock
    from stella_git.cli.decide import parse_time
    from stella_git.cli.files import read_argument
    from stella_git.flows.evidencefiles import Asked
    from stella_git.trust import roots
    from stella_git.trust.bundles import Identity

    _require_one(arguments)
    identity = None
    if arguments.certificate_identity is not None:
        identity = Identity(arguments.certificate_identity, arguments.certificate_oidc_issuer)
    now = parse_time(arguments.at, "--at") or SystemClock().now()
    root = roots.packaged(roots.STAGING) if arguments.staging else None
    if arguments.trusted_root is not None:
        data = read_argument(arguments.trusted_root, limit=roots.LIMIT)
        root = roots.from_file(data, arguments.trusted_root)
    believed = None if identity is not None or arguments.key is not None else _keyring(arguments, now)
    return Asked(
        now=now,
        key=_key(arguments.key),
        identity=identity,
        keyring=None if believed is None else believed.keyring,
        roots=() if believed is None else believed.roots,
        artifact=_artifact(arguments.artifact),
        root=root,
        logged=arguments.log,
        predicate_type=_type(arguments.type),
        signed_at=parse_time(arguments.signed_at, "--signed-at"),
        not_after=parse_time(arguments.not_after, "--not-after"),
        skew=arguments.skew,
        max_root_age=arguments.max_root_age,
        dependencies_root=_root_digest(arguments.dependencies_root),
        inputs=tuple((name, read_argument(name)) for name in arguments.input),
    )


def _require_one(arguments: argparse.Namespace) -> None:
    from stella_git.errors import UsageError

    given = [
        name
        for name, value in (
            ("--key", arguments.key),
            ("--certificate-identity", arguments.certificate_identity),
            ("--keyring", arguments.keyring),
        )
        if value is not None
    ]
    if len(given) > 1:
        raise UsageError(
            f"{' and '.join(given)} ask for two different things",
            code="signer-ambiguous",
            remedy="say one: a key, an identity or a keyring",
        )
    if (arguments.certificate_identity is None) != (arguments.certificate_oidc_issuer is None):
        raise UsageError(
            "an identity means nothing without the issuer that vouches for it",
            code="issuer-missing",
            remedy="give both --certificate-identity and --certificate-oidc-issuer",
        )
    if arguments.staging and arguments.trusted_root is not None:
        raise UsageError(
            "--staging and --trusted-root name two trusted roots", code="root-ambiguous", remedy="say one"
        )


def _keyring(arguments: argparse.Namespace, now: "Instant") -> "Believed":
    from stella_git.flows.evidencekeyring import keyring_for

    return keyring_for(arguments.keyring, tuple(arguments.root_key), now)


def _key(path: str | None) -> "PublicKey | None":
    from stella_git.cli.files import read_public_key

    return None if path is None else read_public_key(path)


def _artifact(text: str | None) -> "Artifact | None":
    from stella_git.cli.files import open_argument
    from stella_git.flows.evidencefiles import KEPT, read_artifact
    from stella_git.trust.bundles import Artifact

    if text is None:
        return None
    digest = read_artifact(text)  # before any file: whoever wrote the directory may have called one so
    if digest is not None:
        return Artifact.of_digest(digest)
    with open_argument(text) as stream:
        return Artifact.of_stream(stream, keep=KEPT)


def _root_digest(text: str | None) -> "Digest | None":
    from stella_git.canon.digest import Digest

    return None if text is None else Digest.parse(text)


def _type(text: str | None) -> str | None:
    from stella_git.attest.predicates import TYPES
    from stella_git.errors import UsageError, Where
    from stella_git.trust.fields import nearest

    if text is None or ":" in text or "/" in text:
        return text
    if text not in TYPES:
        raise UsageError(
            f"{text!r} is no predicate type that has a name here",
            code="predicate-unknown",
            where=Where("--type"),
            remedy=f"{nearest(text, tuple(TYPES))}; or give the whole URI",
        )
    return TYPES[text]


def _days(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value


def _print_payload(answer: "Answer", path: str) -> int:
    from stella_git.errors import EXIT_CLEAN, UsageError, Where

    answer.report.require()
    if answer.payload is None:
        raise UsageError(
            "the bundle is the signature of an artifact: it has no payload",
            code="payload-none",
            where=Where(path),
            remedy="leave out --payload; what was verified is the artifact itself",
        )
    sys.stdout.buffer.write(answer.payload)
    sys.stdout.buffer.flush()
    return EXIT_CLEAN
