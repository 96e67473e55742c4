"""Compare generated files with what they are generated from; ``--write`` writes them.

Standard library only, and no Python version's own formatting of help texts: the output is always the same.
"""

import difflib
import re
import sys

import pages

FILES = {
    ".pre-commit-hooks.yaml": pages.manifest,
    "docs/errors.md": pages.errors,
    "docs/man/git-stella.1": pages.man_alias,
    "docs/man/stella.1": pages.man,
    "docs/reference/commands.md": pages.reference,
    "docs/reference/rules.md": pages.rules,
}
# Parts of pages that are otherwise written by hand: between <!-- NAME --> and <!-- /NAME -->.
PARTS = {("docs/how-to/hooks.md", "hooks"): pages.hook_rows}


def remove(there: set[str], wanted: set[str], *, write: bool) -> int:
    """Take away the pages of rules that are no more; return 1 if there are some and they were left."""
    gone = sorted(name for name in there if f"docs/rules/{name}" not in wanted)
    for name in gone:
        if write:
            (pages.ROOT / "docs/rules" / name).unlink()
        print(f"{'removed' if write else 'is no rule any more:'} docs/rules/{name}")
    return 1 if gone and not write else 0


def main() -> int:
    """Return 1 if a file differs and was not written."""
    write = "--write" in sys.argv[1:]
    wanted = {name: make() for name, make in FILES.items()}
    wanted |= {f"docs/rules/{name}.md": pages.rule_page(name) for name in pages.all_rules()}
    for (name, part), make in PARTS.items():
        old = (pages.ROOT / name).read_text(encoding="utf-8")
        new = f"<!-- {part} -->\n{make()}\n<!-- /{part} -->"
        wanted[name] = re.sub(f"(?s)<!-- {part} -->.*<!-- /{part} -->", lambda _, new=new: new, old)
    stale = remove({path.name for path in pages.ROOT.glob("docs/rules/*.md")}, set(wanted), write=write)
    for name, text in wanted.items():
        path = pages.ROOT / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {name}")
            continue
        stale = 1
        sys.stdout.writelines(
            difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, "generated", n=1)
        )
    if stale:
        print("Generated files are out of date: run `nox -s generated -- --write`.")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
