"""Mandatory tests of CSAF 2.0 (section 6.1) and its profile VEX (section 4.5)."""

from stella_git.documents.rules.model import Rule

_LOST = "Whoever looks the id up finds nobody, so what is said applies to nothing."
_TWICE = "Two things under one id: what is said of one of them is taken for what is said of the other."
_VERSIONS = "Readers decide by version and status which document is newer, and whether it may be relied on."
_HISTORY = (
    "A reader who was away sees from the history what changed since; one with gaps or out of order hides it."
)
_PROFILE = (
    "Programs choose by the category what to look for in a document; they find it missing, or in the way."
)
_SCORE = "People set priorities by the score: one that is wrong or contradicts itself misleads them."

_ROWS: dict[str, tuple[str, str, str]] = {
    "1": ("A product id is used that the product tree does not define.", _LOST, "Define the product, or correct the id."),
    "2": ("A product id is defined more than once.", _TWICE, "Give each product an id of its own."),
    "3": (
        "A product is a relationship that is made of itself.",
        "Whoever follows its parts goes in a circle, so which product it is cannot be said.",
        "Let the relationship refer to products that are defined without it.",
    ),
    "4": ("A group id is used that the product tree does not define.", _LOST, "Define the group, or correct the id."),
    "5": ("A group id is defined more than once.", _TWICE, "Give each group an id of its own."),
    "6": (
        "A product has two statuses that contradict each other.",
        "A vulnerability is in a product or it is not: a reader who takes the wrong one of two is at risk.",
        "Keep the product in one of the groups.",
    ),
    "7": (
        "A product has two scores of the same version of CVSS for one vulnerability.",
        "Which one holds cannot be told, so programs take either.",
        "Keep one score of each version.",
    ),
    "8": (
        "An object of CVSS does not conform to the schema of its version, or its vector is incomplete.",
        "A score that cannot be read or computed again counts for nothing.",
        "Correct it by the schema of FIRST.",
    ),
    "9": ("A score or severity is not the one that its vector gives.", _SCORE, "Write the computed value."),
    "10": ("A member about a metric contradicts the vector.", _SCORE, "Write what the vector says, or correct it."),
    "11": (
        "A CWE has another name, or (a warning) is no weakness of the list.",
        "The id or the name is wrong, and nobody knows which, so the kind of weakness is in doubt.",
        "Write the name of the weakness as the list has it.",
    ),
    "12": (
        "A language tag has a subtag that is not registered.",
        "Programs choose by the tag how to show and to read the text.",
        "Write a registered language tag.",
    ),
    "13": (
        "A purl is invalid.",
        "Products are matched by purl: one that is malformed matches nothing.",
        "Write a valid purl.",
    ),
    "14": ("Versions in the revision history do not grow with their dates.", _HISTORY, "Correct the dates or the numbers."),
    "15": (
        "A translation does not say from which language it is.",
        "What a translation means is settled by its original, which has to be found first.",
        "Add `source_lang`.",
    ),
    "16": ("The version is not the latest of the revision history.", _VERSIONS, "Make the two agree."),
    "17": ("The version is one of a draft, but the status is not.", _VERSIONS, "Make the two agree."),
    "18": ("The history of a released document lists a draft.", _HISTORY, "Remove what was before the first release."),
    "19": ("The revision history lists a pre-release version.", _HISTORY, "Remove the item."),
    "20": ("A released document has a version with a pre-release part.", _VERSIONS, "Remove that part, or write the status `draft`."),
    "21": ("The revision history leaves out a version, or does not begin with 0 or 1.", _HISTORY, "Add what is missing."),
    "22": ("The revision history has a version twice.", _HISTORY, "Give each item a version of its own."),
    "23": (
        "A CVE is the id of two vulnerabilities.",
        "What is said in the one is easily missed by whoever finds the other.",
        "Join the two, or correct the CVE.",
    ),
    "24": (
        "A party is involved in two ways at one date.",
        "How far it got cannot be told from two answers.",
        "Keep one involvement of a party at a date.",
    ),
    "25": (
        "A file has two digests of one algorithm.",
        "A file has one digest: with two, either it or another file passes for it.",
        "Keep the digest that is right.",
    ),
    "26": (
        "The category looks like that of a profile, but is not.",
        "Such a document passes for one of the profile with people, and is not held to it by programs.",
        "Write the category of the profile, or a name that cannot be mistaken for it.",
    ),
    "27.1": ("An informational document has no note that describes it.", _PROFILE, "Add a note."),
    "27.2": ("An informational document refers to nothing outside.", _PROFILE, "Add a reference of the category external."),
    "27.3": ("An informational advisory lists vulnerabilities.", _PROFILE, "Remove them, or write another category."),
    "27.4": ("An advisory or VEX document has no product tree.", _PROFILE, "Add `product_tree`."),
    "27.5": ("A vulnerability of an advisory or VEX document has no notes.", _PROFILE, "Add a note."),
    "27.6": ("A vulnerability of a security advisory has no product status.", _PROFILE, "Add `product_status`."),
    "27.7": (
        "A vulnerability of a VEX document has none of the statuses of VEX.",
        "It says nothing that a reader of VEX could use.",
        "Add fixed, known_affected, known_not_affected or under_investigation.",
    ),
    "27.8": (
        "A vulnerability of a VEX document has no id.",
        "A claim is matched with findings by the id of the vulnerability: without one it applies to none.",
        "Add its CVE, or another id.",
    ),
    "27.9": (
        "A VEX document does not say why a product is not affected.",
        "A claim without a reason cannot be checked, and counts for less.",
        "Add a flag, or a threat of the category impact.",
    ),
    "27.10": (
        "A VEX document does not say what to do about a product that is affected.",
        "Whoever runs it is told of a danger and of no way out.",
        "Add a remediation.",
    ),
    "27.11": ("An advisory or VEX document lists no vulnerabilities.", _PROFILE, "Add `vulnerabilities`."),
    "28": (
        "A translation is in the language of its original.",
        "One of the two is wrong, or the document is no translation.",
        "Correct the language, or remove `source_lang`.",
    ),
    "29": ("A remediation is for no product.", "Nobody can tell who is to apply it.", "Add `product_ids` or `group_ids`."),
    "30": ("Integer and semantic versions are mixed.", _VERSIONS, "Use one kind throughout."),
    "31": (
        "A branch for one version names a range of them.",
        "A product with such a version is compared with real ones, and equals none.",
        "Give the branch the category `product_version_range`.",
    ),
    "32": ("A flag is for no product.", "Nobody can tell what is meant not to be affected.", "Add `product_ids` or `group_ids`."),
    "33": (
        "A product has two justifications for not being affected.",
        "They contradict each other: which one holds cannot be told, so none is believed.",
        "Keep the one that says it best.",
    ),
}  # fmt: skip

RULES: dict[str, Rule] = {
    f"CSAF-6.1.{test}": Rule(
        severity="error", what=what, why=why, remedy=remedy, source=f"CSAF 2.0, section 6.1.{test}"
    )
    for test, (what, why, remedy) in _ROWS.items()
}
