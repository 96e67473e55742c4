"""One layout for the YAML files of policies (floor 5)."""

from stella_git.policy.fmt.layout import KINDS as KINDS
from stella_git.policy.fmt.layout import formatted as formatted
from stella_git.policy.fmt.layout import kind_in as kind_in
