"""People and organisations: a name, and how to reach them."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stella_git.documents.read import array, text

if TYPE_CHECKING:
    from stella_git.canon.reader import Json

# "Organization: ACME, Inc. (info@acme.example)"; the address is the last pair of parentheses.
_SPDX2 = re.compile(r"(Person|Organization|Tool): ?([^\r\n]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person, an organisation or a tool.

    Args:
        kind: ``person``, ``organization``, ``tool`` or "".
        name: "" if not given.
        contacts: e-mail addresses and URLs, as written.
    """

    kind: str = ""
    name: str = ""
    contacts: tuple[str, ...] = ()


_NOBODY = Party()


def organisation(item: "Json") -> Party:
    """Return an organizationalEntity of CycloneDX."""
    if not item:  # as most components have none
        return _NOBODY
    contacts = [text(each, "email") or "" for each in array(item, "contact")]
    contacts += [url for url in array(item, "url") if isinstance(url, str)]
    people = [text(each, "name") or "" for each in array(item, "contact")]
    name = text(item, "name") or min(filter(None, people), default="")
    return Party(kind="organization", name=name, contacts=tuple(filter(None, contacts)))


def person(item: "Json") -> Party:
    """Return an organizationalContact of CycloneDX."""
    email = text(item, "email")
    return Party(kind="person", name=text(item, "name") or "", contacts=(email,) if email else ())


def actor(written: str | None) -> Party:
    """Return who a line of SPDX 2.3 such as ``Organization: ACME (info@acme.example)`` names.

    ``NOASSERTION``, an empty name and what has not this form are nobody.

    Source: SPDX 2.3 sections 6.8, 7.5 and 7.6.
    """
    found = _SPDX2.fullmatch(written or "")
    if found is None:
        return Party()
    name, contact = found[2].strip(), ""
    if name.endswith(")"):
        name, _, contact = name[:-1].rpartition("(")
    named = name.strip()
    return Party(kind=found[1].lower(), name=named, contacts=(contact.strip(),) if contact.strip() else ())
