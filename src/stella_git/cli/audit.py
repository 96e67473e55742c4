"""``stella audit show|verify``: what this clone signed, and what it did to keys."""

import argparse
import sys


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's sub-commands and arguments."""
    verbs = parser.add_subparsers(metavar="COMMAND", title="commands", required=True, dest="verb")
    show = verbs.add_parser(
        "show",
        help="print the records, oldest first",
        description="Print the audit log of this clone: who signed what, and what was done to keys.",
        epilog="examples:\n  stella audit show --last 20\n  stella audit show --format jsonl > audit.jsonl\n"
        "  stella audit show --head        # keep this line elsewhere; stella audit verify --head takes it\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    show.add_argument("--last", metavar="N", type=int, help="only the last N records")
    show.add_argument("--head", action="store_true", help="print number and digest of the last record only")
    show.add_argument(
        "--format",
        choices=("text", "jsonl"),
        default="text",
        help="jsonl: the lines as they are (default: text)",
    )
    show.set_defaults(handler=run_show)
    verify = verbs.add_parser(
        "verify",
        help="say whether the records are all there and unchanged",
        description="Verify the audit log: every record is bound to the one before, and the last one is\n"
        "remembered.",
        epilog="Found: a record that was changed, removed or inserted in the middle; an end that was cut\n"
        "off. Not found: a log that was rewritten together with its remembered head by somebody who may\n"
        "write to the git directory, unless --head names a record that you kept elsewhere; and what was\n"
        "never recorded.\n\n"
        "examples:\n  stella audit verify\n  stella audit verify --head 41:sha256:9f2c...\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verify.add_argument(
        "--head", metavar="N:DIGEST", help="a record that must be there, as stella audit show --head said"
    )
    verify.add_argument("--format", choices=("text", "json"), default="text", help="output (default: text)")
    verify.set_defaults(handler=run_verify)


def run_show(arguments: argparse.Namespace) -> int:
    """Print records, or the head."""
    from collections import deque

    from stella_git.flows import audit
    from stella_git.flows.workspace import open_workspace
    from stella_git.report import auditing
    from stella_git.trust.auditreading import read

    with open_workspace() as workspace:
        log = audit.sink(workspace)
        if arguments.head:
            head = read(log.lines()).head
            print("nothing was recorded yet" if head is None else f"{head.seq}:{head.digest}")
            return 0
        lines = log.lines() if arguments.last is None else iter(deque(log.lines(), max(arguments.last, 0)))
        if arguments.format == "jsonl":
            sys.stdout.flush()
            for line in lines:
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            return 0
        for line in lines:
            print(auditing.line_text(line))
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Print a report on the log."""
    from stella_git.cli.files import print_json, use_colour
    from stella_git.errors import EXIT_CLEAN, EXIT_FINDINGS
    from stella_git.flows import audit
    from stella_git.flows.workspace import open_workspace
    from stella_git.report.keyrings import check_lines

    kept = None if arguments.head is None else audit.parse_head(arguments.head)
    with open_workspace() as workspace:
        report = audit.verify(audit.sink(workspace), kept=kept)
    if arguments.format == "json":
        print_json(report.to_json())
    else:
        print("\n".join(check_lines(report, colour=use_colour(arguments.color))))
    return EXIT_CLEAN if report.ok else EXIT_FINDINGS
