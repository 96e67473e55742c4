"""Changes of a keyring and reports on one, as text."""

from typing import TYPE_CHECKING

from stella_git.report.text import count, paint, printable

if TYPE_CHECKING:
    from stella_git.flows.keychanges import Outcome
    from stella_git.flows.keyreport import KeyringReport
    from stella_git.trust.report import Report
    from stella_git.trust.succession import Standing, Tier

_STYLE = {"passed": "good", "failed": "error", "skipped": "dim"}


def outcome_text(outcome: "Outcome", *, next_step: str) -> str:
    """Return what was changed, who signed, and what comes next."""
    keyring = outcome.keyring
    here = ", ".join(outcome.signed_here) or "nobody: this clone holds no trust key that may"
    lines = [
        outcome.what,
        f"keyring   version {keyring.version}, {keyring.digest}",
        f"signed    {here}",
        *standing_lines(outcome.standing),
        f"next      {next_step}",
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def standing_lines(standing: "Standing") -> list[str]:
    """Return one line for each keyring that asks for signatures."""
    lines = [_tier("own", standing.own)]
    if standing.before is not None:
        lines.append(_tier("previous", standing.before))
    if standing.bad:
        lines.append(f"bad       {', '.join(f'key:{name}' for name in standing.bad)}")
    return lines


def _tier(name: str, tier: "Tier") -> str:
    who = ", ".join(f"key:{one}" for one in tier.signed) or "none"
    text = f"{name:<8}  {count(tier.needed, 'trust key')} needed, {len(tier.signed)} signed: {who}"
    if tier.missing:
        others = ", ".join(f"key:{one}" for one in tier.others) or "nobody is left"
        text += f"; {tier.missing} missing, of {others}"
    return text


def report_text(found: "KeyringReport", *, colour: bool) -> str:
    """Return a report on a keyring."""
    keyring = found.keyring
    lines = [
        f"{found.place}  version {keyring.version}, until {keyring.expires}",
        str(keyring.digest),
        *check_lines(found.report, colour=colour),
        *standing_lines(found.standing),
    ]
    if found.changes:
        lines += [
            "changes against the keyring in force:",
            *(f"  {printable(line)}" for line in found.changes),
        ]
    if found.weaknesses:
        lines += ["weak points:"]
        lines += [f"  {printable(f'{weak.about}: {weak.text} [{weak.code}]')}" for weak in found.weaknesses]
    return "".join(f"{line}\n" for line in lines)


def check_lines(report: "Report", *, colour: bool) -> list[str]:
    """Return one line for each check of a report, and one for what to do about a failure."""
    lines = []
    for check in report.checks:
        code = f" [{check.code}]" if check.code else ""
        word = paint(f"{check.status:<7}", _STYLE[check.status], colour=colour)
        lines.append(f"{word}  {check.name}: {printable(check.detail)}{code}")
        if check.remedy:
            lines.append(f"         remedy: {printable(check.remedy)}")
    return lines
