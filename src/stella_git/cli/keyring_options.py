"""The options of ``stella keys add|rotate|revoke|renew|sign|verify``."""

import argparse

from stella_git.cli import keyring

REASONS = (
    "key-compromise",
    "lost",
    "affiliation-changed",
    "superseded",
    "cessation",
    "privilege-withdrawn",
    "unspecified",
)
_AFTER = """
The change is made in the work tree, as the next version of the keyring, signed with the trust keys of this
clone. What is still missing is printed; other holders run stella keys sign. Then commit both files.
"""


def add_password(parser: argparse.ArgumentParser) -> None:
    """Add the options of a private key that is written."""
    parser.add_argument(
        "--key-format", choices=("pem", "cosign"), default="pem", help="form of the key file (default: pem)"
    )
    parser.add_argument(
        "--password",
        choices=("none", "env", "prompt"),
        default="none",
        help="encrypt it: with STELLA_KEY_PASSWORD, or with one that is asked for (default: none)",
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key",
        metavar="URI",
        action="append",
        default=[],
        help="sign with this key; may be repeated (default: every trust key of this clone)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")


def _add_threshold(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--threshold",
        metavar="ROLE=N",
        action="append",
        default=[],
        help="let ROLE need N distinct signers; may be repeated",
    )


def _add_window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--not-before", metavar="TIME", help="first instant it counts (default: now)")
    parser.add_argument("--not-after", metavar="TIME", help="last instant it counts (default: see --days)")
    parser.add_argument("--days", metavar="N", type=int, default=365, help="days it counts (default: 365)")


def configure_add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``keys add``."""
    parser.description = "Add a key, a keyless identity (--identity) or a trusted root (--trusted-root)."
    parser.epilog = (
        "examples:\n"
        "  stella keys add ci.pub --name ci --owner team:ci --role verdict --fingerprint sha256:3f0c...\n"
        "  stella keys add bea.pub --name bea --owner bea@example.org --role trust --threshold trust=2\n"
        "  stella keys add --identity --name release --role slsa-provenance \\\n"
        "      --issuer https://token.actions.githubusercontent.com \\\n"
        "      --subject-pattern '^https://github.com/org/shop/.github/workflows/*@refs/tags/**$'\n"
        "  stella keys add --trusted-root trusted_root.json\n\n"
        "In a pattern '*' stays inside a segment (no '/' or '@') and '**' crosses segments; everything else\n"
        "is itself, and the whole subject has to match.\n" + _AFTER
    )
    parser.add_argument("file", metavar="FILE", nargs="?", help="public key: PEM or OpenSSH; - for stdin")
    parser.add_argument("--name", metavar="NAME", help="what the keyring calls it (default: from FILE)")
    parser.add_argument("--owner", metavar="TEXT", help="who answers for the key")
    parser.add_argument(
        "--role",
        metavar="ROLE",
        action="append",
        default=[],
        help="what it may sign: log, policy, trust, waiver, or a predicate type: by name (verdict,"
        " slsa-provenance) or URI; may be repeated",
    )
    parser.add_argument(
        "--fingerprint", metavar="HEX", help="refuse any other key: its id, as its holder says"
    )
    parser.add_argument(
        "--algorithm", metavar="NAME", help="of an RSA key: rsa-pss-sha256, if it is for that"
    )
    _add_window(parser)
    parser.add_argument("--identity", action="store_true", help="add a keyless signer, which has no file")
    parser.add_argument("--issuer", metavar="URL", help="of the identity: its OpenID Connect issuer")
    parser.add_argument("--subject", metavar="TEXT", help="of the identity: its whole subject")
    parser.add_argument("--subject-pattern", metavar="PATTERN", help="of the identity: '^...$' with * and **")
    parser.add_argument(
        "--trusted-root",
        metavar="FILE",
        help="add the digest of this file, or sha256:HEX, as stella trust show prints it",
    )
    _add_threshold(parser)
    _add_common(parser)
    parser.set_defaults(handler=keyring.run_add)


def configure_rotate(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``keys rotate``."""
    parser.description = "Put a new key in the place of one. The old key counts on for an overlap."
    parser.epilog = (
        "The new key is made here, as NAME-2, unless --public gives the public half of one made elsewhere.\n"
        "Hooks: --hook, else git config stella.rotateHook: a command that gets one line of JSON on its\n"
        "standard input once everything is written. stella.toml cannot name one.\n\n"
        "examples:\n  stella keys rotate ci\n  stella keys rotate ada --overlap 7 --algorithm ed25519\n"
        "  stella keys rotate ci --public new-ci.pub --new-name ci-2027\n" + _AFTER
    )
    parser.add_argument("name", metavar="NAME", help="the key of the keyring that goes")
    parser.add_argument("--public", metavar="FILE", help="public half of the key that comes; - for stdin")
    parser.add_argument("--fingerprint", metavar="HEX", help="with --public: refuse any other key")
    parser.add_argument("--new-name", metavar="NAME", help="what the keyring calls it (default: NAME-2)")
    parser.add_argument("--algorithm", metavar="NAME", help="kind of key (default: that of the old one)")
    parser.add_argument(
        "--overlap", metavar="DAYS", type=int, default=30, help="days that both count (default: 30)"
    )
    _add_window(parser)
    add_password(parser)
    parser.add_argument("--hook", metavar="COMMAND", help="tell this program of the new key")
    _add_common(parser)
    parser.set_defaults(handler=keyring.run_rotate)


def configure_revoke(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``keys revoke``."""
    parser.description = "Revoke a key, or remove an identity: its signatures count for nothing any more."
    parser.epilog = (
        "A signature of a revoked key counts only if a trusted time (a timestamp, a log) proves that it was\n"
        "made before --at; so give the time from which the key is not to be trusted.\n\n"
        "examples:\n"
        "  stella keys revoke ci --reason key-compromise --at 2026-11-01T00:00:00Z --text 'leaked in a log'\n"
        "  stella keys revoke release --identity --reason cessation\n" + _AFTER
    )
    parser.add_argument("name", metavar="NAME", help="name of the key, or of the identity")
    parser.add_argument("--identity", action="store_true", help="NAME is a keyless signer: remove it")
    parser.add_argument("--reason", choices=REASONS, default="unspecified", help="why (default: unspecified)")
    parser.add_argument("--text", metavar="TEXT", help="more about the reason, for people")
    parser.add_argument("--at", metavar="TIME", help="from when it is not to be trusted (default: now)")
    _add_common(parser)
    parser.set_defaults(handler=keyring.run_revoke)


def configure_renew(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``keys renew``."""
    parser.description = "Move the end of the keyring, and change thresholds."
    parser.epilog = (
        "examples:\n  stella keys renew\n  stella keys renew --days 180 --threshold trust=2\n" + _AFTER
    )
    parser.add_argument(
        "--days", metavar="N", type=int, default=365, help="days it is believed (default: 365)"
    )
    _add_threshold(parser)
    _add_common(parser)
    parser.set_defaults(handler=keyring.run_renew)


def configure_sign(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``keys sign``."""
    parser.description = "Add your signature to the keyring of the work tree, and change nothing else."
    parser.epilog = (
        "What it changes is printed before it is signed: read it. Signatures of the keyring in force and of\n"
        "the new one are both needed; one key may give both.\n\n"
        "examples:\n  stella keys verify && stella keys sign\n"
        "  stella keys sign --expect sha256:9f2c...            # the digest, as its maker told you\n"
        "  stella keys sign --merge other/stella.keyring.sigs.json   # collect signatures of two branches\n"
    )
    parser.add_argument("--expect", metavar="DIGEST", help="refuse any other keyring than this one")
    parser.add_argument(
        "--merge", metavar="FILE", action="append", default=[], help="add the signatures of this file, too"
    )
    _add_common(parser)
    parser.set_defaults(handler=keyring.run_sign)


def configure_verify(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of ``keys verify``."""
    parser.description = (
        "Say whether a keyring holds, who signed it and who has to, and what is weak about it."
    )
    parser.epilog = (
        "Exit code 1 if a check fails; weak points are warnings. Nothing is pinned by looking.\n\n"
        "examples:\n  stella keys verify                       # the keyring of the work tree\n"
        "  stella keys verify --policy-ref origin/main --root-key sha256:3f0c...\n"
    )
    parser.add_argument("--policy-ref", metavar="REV", help="the keyring of this revision")
    parser.add_argument("--keyring", metavar="FILE", help="this keyring, its signatures beside it")
    parser.add_argument(
        "--root-key", metavar="FP", action="append", default=[], help="fingerprint of a key behind it"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=keyring.run_verify)
