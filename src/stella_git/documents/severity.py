"""How much a problem matters."""

from typing import Literal

# An error refuses the document; a warning and an info do not.
Severity = Literal["error", "warning", "info"]
