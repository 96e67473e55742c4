"""``stella keys``: the private keys of this clone, and the keyring that says who may sign."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stella_git.canon.reader import Json

    Verb = Callable[[argparse.ArgumentParser], None]

ALGORITHMS = (
    "ecdsa-p256",
    "ecdsa-p384",
    "ed25519",
    "rsa-pkcs1v15-sha256",
    "rsa-pss-sha256",
    "ml-dsa-44",
    "ml-dsa-65",
    "ml-dsa-87",
)
_EPILOG = """\
A key signs nothing that others believe until the keyring lists it, and the keyring is signed by the holders
of its trust keys. A day in the life of two maintainers:

  stella keys generate --name ci                     # on the CI machine: the private key stays there
  stella keys export ci > ci.pub                     # there: the public half, for whoever holds a trust key
  stella keys add ci.pub --role verdict --owner team:ci
  git add stella.keyring.json stella.keyring.sigs.json && git commit    # and push a branch
  stella keys sign                                   # the other maintainer, after stella keys verify
  stella keys rotate ci                              # every 90 days
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    from stella_git.cli import keyring_options as options

    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    table: dict[str, tuple[str, Verb]] = {
        "generate": ("generate a private key in the git directory", _generate),
        "list": ("list the private keys of this clone and the keys of the keyring", _list),
        "import": ("take over a private key that was made elsewhere", _import),
        "export": ("print public keys for other tools", _export),
        "add": ("add a key, a keyless identity or a trusted root to the keyring", options.configure_add),
        "rotate": ("put a new key in the place of one, with an overlap", options.configure_rotate),
        "revoke": ("revoke a key, or remove an identity", options.configure_revoke),
        "renew": ("move the end of the keyring, or its thresholds", options.configure_renew),
        "sign": ("add your signature to a keyring that waits for it", options.configure_sign),
        "verify": ("say whether a keyring holds, who signed it, and what is weak", options.configure_verify),
    }
    for name, (summary, describe) in table.items():
        sub = verbs.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        describe(sub)


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format text|json``."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")


def _generate(parser: argparse.ArgumentParser) -> None:
    from stella_git.cli import keyring_options as options

    parser.description = "Generate a private key in the git directory, mode 0600, and print its public half."
    parser.epilog = (
        "The key signs nothing that others believe until the keyring lists it.\n\n"
        "examples:\n"
        "  stella keys generate --name ci         # then: stella keys export ci > ci.pub\n"
        "  stella keys generate --name ada --algorithm ed25519 --password prompt\n"
        "  stella keys generate --name rel --key-format cosign --password env --out rel.key\n"
    )
    parser.add_argument(
        "--name", metavar="NAME", default="maintainer", help="file name of the key (default: maintainer)"
    )
    parser.add_argument(
        "--algorithm", choices=ALGORITHMS, default="ecdsa-p256", help="kind of key (default: ecdsa-p256)"
    )
    options.add_password(parser)
    parser.add_argument("--out", metavar="FILE", help="write it there instead, its public half beside it")
    add_format(parser)
    parser.set_defaults(handler=run_generate)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the private keys of this clone and the keys that the keyring in force trusts."
    parser.epilog = "A key in use for 90 days or more, or near its end, is marked with a warning.\n"
    parser.add_argument("--policy-ref", metavar="REV", help="trusted revision to read the keyring from")
    add_format(parser)
    parser.set_defaults(handler=run_list)


def _import(parser: argparse.ArgumentParser) -> None:
    from stella_git.cli import keyring_options as options

    parser.description = (
        "Take over a private key that was made elsewhere: PKCS#8 PEM, cosign or OpenSSH. It is written to\n"
        "the git directory, mode 0600; the file that was read is left as it is."
    )
    parser.epilog = (
        "An encrypted file is opened with STELLA_KEY_PASSWORD, or a password that is asked for.\n\n"
        "examples:\n  stella keys import ~/.ssh/id_ed25519 --name ada\n"
        "  stella keys import cosign.key --name release --password env\n"
    )
    parser.add_argument("file", metavar="FILE", help="the private key; - for standard input")
    parser.add_argument("--name", metavar="NAME", required=True, help="file name of the key")
    options.add_password(parser)
    add_format(parser)
    parser.set_defaults(handler=run_import)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.description = "Print public keys of the keyring in force, or of this clone, for other tools."
    parser.epilog = (
        "examples:\n  stella keys export ci > ci.pub                      # cosign verify --key ci.pub\n"
        "  stella keys export ada --as ssh >> ~/.ssh/authorized_keys\n"
        "  stella keys export --as allowed-signers > .allowed_signers   # gpg.ssh.allowedSignersFile\n"
        "  stella keys export --signer ssh:agent > mine.pub             # of an agent, a token, a service\n"
    )
    parser.add_argument("name", metavar="NAME", nargs="*", help="names of keys (default: all of the keyring)")
    parser.add_argument(
        "--as",
        dest="form",
        choices=("pem", "ssh", "allowed-signers"),
        default="pem",
        help="form: SubjectPublicKeyInfo in PEM, OpenSSH, or git's list of signers (default: pem)",
    )
    parser.add_argument("--signer", metavar="URI", help="the key of this signer, wherever it is kept")
    parser.add_argument("--policy-ref", metavar="REV", help="trusted revision to read the keyring from")
    parser.set_defaults(handler=run_export)


def run_generate(arguments: argparse.Namespace) -> int:
    """Write one private key and print its id and public half."""
    from pathlib import Path

    from stella_git.cli.keypassword import new_password
    from stella_git.flows import keys
    from stella_git.flows.workspace import open_workspace

    with open_workspace() as workspace:
        path, public = keys.generate(
            workspace,
            arguments.name,
            arguments.algorithm,
            form=arguments.key_format,
            password=new_password(arguments.password),
            out=Path(arguments.out) if arguments.out else None,
        )
    return _print_key(arguments, str(path), public.keyid, public.algorithm, public.to_pem())


def run_import(arguments: argparse.Namespace) -> int:
    """Take one private key over and print its id and public half."""
    from stella_git.cli.files import read_argument
    from stella_git.cli.keypassword import new_password, opening_password
    from stella_git.errors import StellaError
    from stella_git.flows import keys
    from stella_git.flows.workspace import open_workspace

    data = read_argument(arguments.file, limit=64 << 10)
    opens, password = opening_password(data), new_password(arguments.password)
    with open_workspace() as workspace:
        try:
            path, public = keys.take_over(
                workspace, data, arguments.name, opens=opens, form=arguments.key_format, password=password
            )
        except StellaError as error:
            error.where = error.where if error.where.path else error.where.within(arguments.file)
            raise
    return _print_key(arguments, str(path), public.keyid, public.algorithm, public.to_pem())


def _print_key(arguments: argparse.Namespace, path: str, keyid: str, algorithm: str, pem: bytes) -> int:
    from pathlib import Path

    from stella_git.cli.files import print_json

    if arguments.format == "json":
        print_json({"path": path, "keyid": keyid, "algorithm": algorithm, "publicKey": pem.decode("ascii")})
        return 0
    print(f"private key  {path}")
    print(f"public half  {Path(path).with_suffix('.pub')}")
    print(f"key id       {keyid}")
    print(pem.decode(), end="")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """Print the keys."""
    from stella_git.cli.files import print_json
    from stella_git.flows import keys
    from stella_git.flows.workspace import open_workspace
    from stella_git.report.text import printable

    with open_workspace() as workspace:
        rows = keys.listing(workspace, arguments.policy_ref)
    if arguments.format == "json":
        print_json([dict(row) for row in rows])
        return 0
    for row in rows:
        if row["kind"] == "identity":
            who = row.get("subject") or row.get("subjectPattern")
            print(printable(f"identity:{row['name']}{_may_sign(row)}  {who} of {row['issuer']}"))
            continue
        held = "held here" if row["held"] else "public"
        keyid, status, algorithm, name = (str(row[key]) for key in ("keyid", "status", "algorithm", "name"))
        print(f"{keyid:<64}  {held:<9}  {status:<9} {algorithm:<10}  {printable(name + _may_sign(row))}")
        warnings = row.get("warnings", [])
        for text in warnings if isinstance(warnings, list) else []:
            print(f"  warning: {printable(str(text))}")
    if not rows:
        print("no keys: run stella init or stella keys generate")
    return 0


def _may_sign(row: "Mapping[str, Json]") -> str:
    """Return what follows a name in a list: for what it counts and until when, or since when it does not."""
    from stella_git.attest.predicates import resolve

    roles = row.get("roles")
    if row.get("status") in {"disabled", "revoked"} or not isinstance(roles, list):
        return f"  since {row['revokedAt']}" if "revokedAt" in row else ""
    names = sorted(resolve(str(role)) or str(role) for role in roles)
    end = f" until {row['notAfter']}" if "notAfter" in row else ""
    return f"  may sign {', '.join(names)}{end}"


def run_export(arguments: argparse.Namespace) -> int:
    """Print public keys."""
    from stella_git.cli.password import ask
    from stella_git.flows import keys
    from stella_git.flows.workspace import open_workspace
    from stella_git.trust.signers import use_prompt

    with use_prompt(ask), open_workspace() as workspace:
        if arguments.signer is not None:
            text = keys.export_signer(workspace, arguments.signer, arguments.form)
        else:
            text = keys.export(workspace, arguments.name, arguments.form, arguments.policy_ref)
        print(text, end="")
    return 0
