"""``stella keys generate|list``: the keys of this clone and of the keyring."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    generate = verbs.add_parser(
        "generate",
        help="generate a private key in the git directory",
        description="Generate a private key in the git directory, mode 0600, and print its public half.",
        epilog="The key signs nothing that others believe until the keyring lists it.\n",
    )
    generate.add_argument(
        "--name", metavar="NAME", default="maintainer", help="file name of the key (default: maintainer)"
    )
    generate.add_argument(
        "--algorithm",
        choices=("ecdsa-p256", "ed25519"),
        default="ecdsa-p256",
        help="kind of key (default: ecdsa-p256)",
    )
    generate.set_defaults(handler=run_generate)
    listing = verbs.add_parser(
        "list",
        help="list the private keys of this clone and the keys of the keyring",
        description="List the private keys of this clone and the keys that the keyring in force trusts.",
    )
    listing.add_argument("--policy-ref", metavar="REV", help="trusted revision to read the keyring from")
    listing.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    listing.set_defaults(handler=run_list)


def run_generate(arguments: argparse.Namespace) -> int:
    """Write one private key and print its id and public half."""
    from stella_git.flows import keys
    from stella_git.flows.workspace import open_workspace

    with open_workspace() as workspace:
        path, public = keys.generate(workspace, arguments.name, arguments.algorithm)
    print(f"private key  {path}")
    print(f"key id       {public.keyid}")
    print(public.to_pem().decode(), end="")
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
        held = "held here" if row["held"] else "public"
        keyid, status, algorithm, name = (str(row[key]) for key in ("keyid", "status", "algorithm", "name"))
        print(f"{keyid}  {held:<9}  {status:<9} {algorithm:<10}  {printable(name)}")
    if not rows:
        print("no keys: run stella init or stella keys generate")
    return 0
