"""Sphinx: the pages as HTML (``nox -s docs``)."""

project = "Stella"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["errors.d", "rules.d", "_build", "adr/template.md"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]
