"""Rules for SPDX 2.3: verification codes, and the files that they are made of.

Source: SPDX 2.3, sections 7.8 and 7.9.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stella_git.documents.problems import Complaint
from stella_git.documents.read import array, flag, inner, text
from stella_git.documents.spdx2index import Index, Item
from stella_git.documents.wording import show

if TYPE_CHECKING:
    from stella_git.documents.context import Context

_MEMBER = "packageVerificationCode"
_VALUE = "packageVerificationCodeValue"
_EXCLUDED = "packageVerificationCodeExcludedFiles"
_SHA1 = re.compile("[0-9a-fA-F]{40}")


def codes(index: Index, _context: "Context") -> Iterator[Complaint]:
    """2S06: a package whose files were analysed has the code that they give, another one has none."""
    files = index.files()
    for item in index.of("packages"):
        own = files.get(item.identity or "", set())
        if flag(item.value, "filesAnalyzed") is False:
            yield from _not_analysed(item, own)
        elif _MEMBER not in item.value:
            yield Complaint(
                rule="2S06",
                severity="warning",
                pointer=item.pointer,
                message="the files of this package were analysed, but there is no packageVerificationCode",
                remedy="Add it, or write `filesAnalyzed: false` if nobody looked into the files.",
            )
        else:
            yield from _code(index, item, own)


def _not_analysed(item: Item, files: set[str]) -> Iterator[Complaint]:
    if _MEMBER in item.value:
        yield Complaint(
            rule="2S06",
            pointer=item.at(_MEMBER),
            message="there is a packageVerificationCode, but filesAnalyzed is false",
            remedy="Remove it, or write `filesAnalyzed: true`.",
        )
    if files:
        yield Complaint(
            rule="2S06",
            severity="warning",
            pointer=item.at("filesAnalyzed"),
            message=f"filesAnalyzed is false, but the package has files, such as {show(min(files))}",
            remedy="Write `filesAnalyzed: true` and a packageVerificationCode, or leave out the files.",
        )


def _code(index: Index, item: Item, files: set[str]) -> Iterator[Complaint]:
    code = inner(item.value, _MEMBER)
    found = text(code, _VALUE)
    if found is None:
        return
    if _SHA1.fullmatch(found) is None:
        yield Complaint(
            rule="2S06",
            pointer=item.at(_MEMBER, _VALUE),
            message=f"{show(found)} is no SHA-1: it has 40 hexadecimal digits",
            remedy="Write the SHA-1 of the sorted SHA-1 of the files.",
        )
        return
    excluded = {name for name in array(code, _EXCLUDED) if isinstance(name, str)}
    computed = _computed(index, files, excluded)
    if computed is not None and computed != found.lower():
        yield Complaint(
            rule="2S06",
            severity="warning",
            pointer=item.at(_MEMBER, _VALUE),
            message=f"the files that this package has here give the code {computed}",
            remedy="Make the code again, or list all files of the package.",
        )


def _computed(index: Index, files: set[str], excluded: set[str]) -> str | None:
    """Return the code that files give; None if there are none, or one has no SHA-1 here."""
    digests = []
    for name in files:
        item = index.by_id.get(name)
        if item is None:
            return None
        if text(item.value, "fileName") in excluded:
            continue
        digest = _sha1(item)
        if digest is None:
            return None
        digests.append(digest)
    if not digests:
        return None
    # The specification fixes the algorithm; nothing is trusted because of it.
    return hashlib.sha1("".join(sorted(digests)).encode(), usedforsecurity=False).hexdigest()


def _sha1(item: Item) -> str | None:
    for each in array(item.value, "checksums"):
        value = text(each, "checksumValue")
        if text(each, "algorithm") == "SHA1" and value is not None and _SHA1.fullmatch(value):
            return value.lower()
    return None
