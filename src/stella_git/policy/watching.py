"""Being told what every expression of a policy was: for explanations, coverage and tests."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stella_git.policy.cel import Trace
    from stella_git.policy.model import Expression, Policy
    from stella_git.policy.select import Selection


class Watch(Protocol):
    """Who wants to know. Expressions run traced for it, which is slower and changes nothing."""

    def selected(self, policy: "Policy", selections: "tuple[Selection, ...]") -> None:
        """Take what the requirements of a policy selected, in their order."""
        ...

    def saw(
        self, policy: "Policy", expression: "Expression", trace: "Trace", key: "str | int | bool | None"
    ) -> None:
        """Take one evaluation.

        Args:
            policy: whose expression it is.
            expression: which one it is.
            trace: what its parts were.
            key: of the element at hand; None outside of ``forEach``, and while the key is computed.
        """
        ...
