"""Licence expressions that are certainly right, told without the licence list.

Most documents name a handful of licences. Reading the list for them would take longer than everything else.
"""

# Ids that have been on the SPDX licence list for years and are not deprecated; tests hold them to the list.
COMMON = frozenset(
    {
        "0BSD", "AFL-2.1", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0", "Artistic-1.0",
        "Artistic-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "BlueOak-1.0.0", "CC-BY-3.0", "CC-BY-4.0",
        "CC0-1.0", "CDDL-1.0", "CDDL-1.1", "EPL-1.0", "EPL-2.0", "GPL-2.0-only", "GPL-2.0-or-later",
        "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only",
        "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "MS-PL", "OFL-1.1", "OpenSSL", "PSF-2.0",
        "Python-2.0", "Ruby", "Unicode-DFS-2016", "Unlicense", "W3C", "WTFPL", "X11", "ZPL-2.1", "Zlib",
        "curl",
    }
)  # fmt: skip
_LONG = 400


def is_plain(expression: str) -> bool:
    """Return whether a text is certainly a licence expression that nothing can be said about.

    Common ids in their spelling, joined by ``AND`` and ``OR`` with one space on each side.
    """
    if len(expression) > _LONG:
        return False
    words = expression.split(" ")
    return COMMON.issuperset(words[::2]) and len(words) % 2 == 1 and {"AND", "OR"}.issuperset(words[1::2])
