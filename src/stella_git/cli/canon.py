"""``stella canon FILE|-``: canonical bytes on standard output."""

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = "example:\n  stella canon sbom.cdx.json | sha256sum\n"
    parser.add_argument("file", metavar="FILE", help="JSON document, or - for standard input")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the RFC 8785 form of one document."""
    from stella_git.canon import jcs, reader
    from stella_git.cli.files import read_argument

    data = read_argument(arguments.file)
    sys.stdout.buffer.write(jcs.dumps(reader.parse_json(data, path=arguments.file)))
    sys.stdout.buffer.flush()
    return 0
