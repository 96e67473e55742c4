"""``stella digest FILE|-``: digests of a file and of its canonical form."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "The digest of the raw bytes names evidence; the digest of the canonical form names content,\n"
        "whatever the order of its members. The second is left out for a file that is not JSON.\n"
    )
    parser.add_argument("file", metavar="FILE", help="any file, or - for standard input")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print sha256 and blake3 of the bytes, and sha256 of the canonical form if it is I-JSON."""
    from stella_git.canon import digest, reader
    from stella_git.cli.files import print_json, read_argument
    from stella_git.errors import InputError

    data = read_argument(arguments.file)
    rows = {"raw": str(digest.sha256(data)), "raw-blake3": str(digest.blake3(data))}
    try:
        rows["canonical"] = str(digest.of_json(reader.parse_json(data, path=arguments.file)))
    except InputError as error:
        if arguments.file.endswith(".json"):
            raise
        rows["not-json"] = error.code
    if arguments.format == "json":
        print_json({key: value for key, value in rows.items() if key != "not-json"})
    else:
        for name, value in rows.items():
            print(f"{name:<11} {value}")
    return 0
