"""Purls of packages that are named by ecosystem, name and version.

Source: OSV schema, defined ecosystems; the type definitions of the purl specification.
"""

from urllib.parse import quote

from stella_git.documents.read import purl_or_none

# Ecosystem, without case and without what follows a colon -> purl type and namespace. Distributions have
# their namespace here, the others in the name.
_TYPES: dict[str, tuple[str, str]] = {
    "almalinux": ("rpm", "almalinux"),
    "alpine": ("apk", "alpine"),
    "azure linux": ("rpm", "azurelinux"),
    "bitnami": ("bitnami", ""),
    "chainguard": ("apk", "chainguard"),
    "conancenter": ("conan", ""),
    "cran": ("cran", ""),
    "crates.io": ("cargo", ""),
    "debian": ("deb", "debian"),
    "go": ("golang", ""),
    "hackage": ("hackage", ""),
    "hex": ("hex", ""),
    "mageia": ("rpm", "mageia"),
    "maven": ("maven", ""),
    "npm": ("npm", ""),
    "nuget": ("nuget", ""),
    "opensuse": ("rpm", "opensuse"),
    "packagist": ("composer", ""),
    "pub": ("pub", ""),
    "pypi": ("pypi", ""),
    "red hat": ("rpm", "redhat"),
    "rocky linux": ("rpm", "rocky-linux"),
    "rubygems": ("gem", ""),
    "suse": ("rpm", "suse"),
    "swifturl": ("swift", ""),
    "ubuntu": ("deb", "ubuntu"),
    "wolfi": ("apk", "wolfi"),
}


def purl_of(ecosystem: str | None, name: str | None, version: str | None) -> str | None:
    """Return the canonical purl of a package, or None if its ecosystem has none that is known here.

    Args:
        ecosystem: such as ``npm`` or ``Debian:12``; what follows the colon is left out.
        name: such as ``@scope/name``, ``group:artifact`` or ``github.com/owner/module``.
        version: may be missing.
    """
    kind, namespace = _TYPES.get((ecosystem or "").partition(":")[0].casefold(), ("", ""))
    if not kind or not name:
        return None
    if kind == "maven":
        name = name.replace(":", "/")
    path = "/".join(quote(part, safe="") for part in (*namespace.split("/"), *name.split("/")) if part)
    return purl_or_none(f"pkg:{kind}/{path}" + (f"@{quote(version, safe='')}" if version else ""))
