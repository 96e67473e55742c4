"""``stella demo``: the whole story on real documents, in a fresh repository."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = (
        "Makes DIR/demo and tells, with the real commands and their real output, how a release is\n"
        "validated, denied, mended, decided again, signed, stored as a git note, verified and recomputed\n"
        "in a clone, and how tampering is refused. Ids and digests are the same on every run.\n"
    )
    parser.add_argument(
        "--into", metavar="DIR", default=".", help="make DIR/demo (default: the current directory)"
    )
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="json lists every step with ids and digests (default: text)",
    )
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Tell the story."""
    from stella_git.cli.chapters import tell
    from stella_git.cli.files import print_json, use_colour
    from stella_git.cli.story import Story

    story = Story(quiet=arguments.format == "json", colour=use_colour(arguments.color))
    tell(story, arguments.into)
    if arguments.format == "json":
        print_json(story.to_json())
    return 0
