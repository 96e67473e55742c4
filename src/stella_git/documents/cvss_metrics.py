"""The metrics of CVSS: abbreviations, names in JSON, values and their weights.

Source: CVSS v2.0, sections 2 and 3.2; CVSS v3.0 and v3.1, section 7.4; CVSS v4.0, section 2; the JSON schemas
of FIRST.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric.

    Args:
        member: its name in JSON.
        values: abbreviation -> name in JSON.
        weights: abbreviation -> weight as a decimal; empty where the version has none.
        base: whether every vector has it.
    """

    member: str
    values: dict[str, str]
    weights: dict[str, str] = field(default_factory=dict)
    base: bool = False


def _made(member: str, rows: str, *, base: bool = False) -> Metric:
    """Return a metric from rows such as ``N NETWORK 0.85``; the weight may be left out."""
    parts = [row.split() for row in rows.split(",")]
    return Metric(
        member=member,
        values={part[0]: part[1] for part in parts},
        weights={part[0]: part[2] for part in parts if len(part) > 2},  # noqa: PLR2004 - as the docstring says
        base=base,
    )


def _modified(
    metrics: dict[str, Metric], names: str, extra: dict[str, str] | None = None
) -> dict[str, Metric]:
    """Return the modified metrics: the same values, and one for *not defined*."""
    return {
        f"M{name}": Metric(
            member="modified" + metrics[name].member[0].upper() + metrics[name].member[1:],
            values={"X": "NOT_DEFINED", **metrics[name].values, **(extra or {})},
        )
        for name in names.split()
    }


_IMPACT_2 = "N NONE 0, P PARTIAL 0.275, C COMPLETE 0.660"
_REQUIREMENT_2 = "L LOW 0.5, M MEDIUM 1.0, H HIGH 1.51, ND NOT_DEFINED 1.0"
_2_0 = {
    "AV": _made("accessVector", "L LOCAL 0.395, A ADJACENT_NETWORK 0.646, N NETWORK 1.0", base=True),
    "AC": _made("accessComplexity", "H HIGH 0.35, M MEDIUM 0.61, L LOW 0.71", base=True),
    "Au": _made("authentication", "M MULTIPLE 0.45, S SINGLE 0.56, N NONE 0.704", base=True),
    "C": _made("confidentialityImpact", _IMPACT_2, base=True),
    "I": _made("integrityImpact", _IMPACT_2, base=True),
    "A": _made("availabilityImpact", _IMPACT_2, base=True),
    "E": _made(
        "exploitability",
        "U UNPROVEN 0.85, POC PROOF_OF_CONCEPT 0.9, F FUNCTIONAL 0.95, H HIGH 1.0, ND NOT_DEFINED 1.0",
    ),
    "RL": _made(
        "remediationLevel",
        "OF OFFICIAL_FIX 0.87, TF TEMPORARY_FIX 0.90, W WORKAROUND 0.95, U UNAVAILABLE 1, ND NOT_DEFINED 1",
    ),
    "RC": _made(
        "reportConfidence",
        "UC UNCONFIRMED 0.90, UR UNCORROBORATED 0.95, C CONFIRMED 1.0, ND NOT_DEFINED 1.0",
    ),
    "CDP": _made(
        "collateralDamagePotential",
        "N NONE 0, L LOW 0.1, LM LOW_MEDIUM 0.3, MH MEDIUM_HIGH 0.4, H HIGH 0.5, ND NOT_DEFINED 0",
    ),
    "TD": _made("targetDistribution", "N NONE 0, L LOW 0.25, M MEDIUM 0.75, H HIGH 1.0, ND NOT_DEFINED 1.0"),
    "CR": _made("confidentialityRequirement", _REQUIREMENT_2),
    "IR": _made("integrityRequirement", _REQUIREMENT_2),
    "AR": _made("availabilityRequirement", _REQUIREMENT_2),
}

_IMPACT_3 = "H HIGH 0.56, L LOW 0.22, N NONE 0"
_REQUIREMENT_3 = "X NOT_DEFINED 1, H HIGH 1.5, M MEDIUM 1, L LOW 0.5"
_BASE_3 = {
    "AV": _made(
        "attackVector", "N NETWORK 0.85, A ADJACENT_NETWORK 0.62, L LOCAL 0.55, P PHYSICAL 0.2", base=True
    ),
    "AC": _made("attackComplexity", "L LOW 0.77, H HIGH 0.44", base=True),
    # Its weights depend on the scope.
    "PR": _made("privilegesRequired", "N NONE, L LOW, H HIGH", base=True),
    "UI": _made("userInteraction", "N NONE 0.85, R REQUIRED 0.62", base=True),
    "S": _made("scope", "U UNCHANGED, C CHANGED", base=True),
    "C": _made("confidentialityImpact", _IMPACT_3, base=True),
    "I": _made("integrityImpact", _IMPACT_3, base=True),
    "A": _made("availabilityImpact", _IMPACT_3, base=True),
}
_3 = {
    **_BASE_3,
    "E": _made(
        "exploitCodeMaturity",
        "X NOT_DEFINED 1, H HIGH 1, F FUNCTIONAL 0.97, P PROOF_OF_CONCEPT 0.94, U UNPROVEN 0.91",
    ),
    "RL": _made(
        "remediationLevel",
        "X NOT_DEFINED 1, U UNAVAILABLE 1, W WORKAROUND 0.97, T TEMPORARY_FIX 0.96, O OFFICIAL_FIX 0.95",
    ),
    "RC": _made("reportConfidence", "X NOT_DEFINED 1, C CONFIRMED 1, R REASONABLE 0.96, U UNKNOWN 0.92"),
    "CR": _made("confidentialityRequirement", _REQUIREMENT_3),
    "IR": _made("integrityRequirement", _REQUIREMENT_3),
    "AR": _made("availabilityRequirement", _REQUIREMENT_3),
    **_modified(_BASE_3, "AV AC PR UI S C I A"),
}

_IMPACT_4 = "H HIGH, L LOW, N NONE"
_REQUIREMENT_4 = "X NOT_DEFINED, H HIGH, M MEDIUM, L LOW"
_BASE_4 = {
    "AV": _made("attackVector", "N NETWORK, A ADJACENT, L LOCAL, P PHYSICAL", base=True),
    "AC": _made("attackComplexity", "L LOW, H HIGH", base=True),
    "AT": _made("attackRequirements", "N NONE, P PRESENT", base=True),
    "PR": _made("privilegesRequired", "N NONE, L LOW, H HIGH", base=True),
    "UI": _made("userInteraction", "N NONE, P PASSIVE, A ACTIVE", base=True),
    "VC": _made("vulnConfidentialityImpact", _IMPACT_4, base=True),
    "VI": _made("vulnIntegrityImpact", _IMPACT_4, base=True),
    "VA": _made("vulnAvailabilityImpact", _IMPACT_4, base=True),
    "SC": _made("subConfidentialityImpact", _IMPACT_4, base=True),
    "SI": _made("subIntegrityImpact", _IMPACT_4, base=True),
    "SA": _made("subAvailabilityImpact", _IMPACT_4, base=True),
}
_4_0 = {
    **_BASE_4,
    "E": _made("exploitMaturity", "X NOT_DEFINED, A ATTACKED, P PROOF_OF_CONCEPT, U UNREPORTED"),
    "CR": _made("confidentialityRequirement", _REQUIREMENT_4),
    "IR": _made("integrityRequirement", _REQUIREMENT_4),
    "AR": _made("availabilityRequirement", _REQUIREMENT_4),
    **_modified(_BASE_4, "AV AC AT PR UI VC VI VA"),
    **_modified(_BASE_4, "SC", {"N": "NEGLIGIBLE"}),
    **_modified(_BASE_4, "SI SA", {"N": "NEGLIGIBLE", "S": "SAFETY"}),
    "S": _made("Safety", "X NOT_DEFINED, N NEGLIGIBLE, P PRESENT"),
    "AU": _made("Automatable", "X NOT_DEFINED, N NO, Y YES"),
    "R": _made("Recovery", "X NOT_DEFINED, A AUTOMATIC, U USER, I IRRECOVERABLE"),
    "V": _made("valueDensity", "X NOT_DEFINED, D DIFFUSE, C CONCENTRATED"),
    "RE": _made("vulnerabilityResponseEffort", "X NOT_DEFINED, L LOW, M MODERATE, H HIGH"),
    "U": _made("providerUrgency", "X NOT_DEFINED, Clear CLEAR, Green GREEN, Amber AMBER, Red RED"),
}

# Version -> metrics by abbreviation, in the order of a vector.
METRICS: dict[str, dict[str, Metric]] = {"2.0": _2_0, "3.0": _3, "3.1": _3, "4.0": _4_0}
