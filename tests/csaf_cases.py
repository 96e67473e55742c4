"""CSAF documents made here: a small valid one, and what tests change about it."""

import copy

NOTE = {"category": "description", "text": "A flaw in the parser."}
IDS = ("A", "B", "C")
HEX = "0123456789abcdef" * 4


def product(name, **helper):
    """Return a Full Product Name with an identification helper."""
    found = {"product_id": name, "name": f"Product {name}"}
    return {**found, "product_identification_helper": helper} if helper else found


def tree(**members):
    """Return a product tree of three products with purls, and other members put over it."""
    named = [product(name, purl=f"pkg:npm/{name.lower()}@1.0.0") for name in IDS]
    return copy.deepcopy({"full_product_names": named, **members})


def vulnerability(**members):
    """Return a vulnerability of VEX that says something about three products."""
    value = {
        "cve": "CVE-2026-0001",
        "notes": [NOTE],
        "product_status": {
            "known_not_affected": ["A"],
            "known_affected": ["B"],
            "under_investigation": ["C"],
        },
        "flags": [{"label": "vulnerable_code_not_present", "product_ids": ["A"]}],
        "remediations": [{"category": "workaround", "details": "Do not parse.", "product_ids": ["B"]}],
    }
    return copy.deepcopy({**value, **members})


def tracking(*numbers, status="final", version=None, **members):
    """Return the tracking of a document whose versions are a day apart."""
    numbers = numbers or ("1",)
    history = [
        {"date": f"2026-01-{day:02}T09:30:00Z", "number": number, "summary": "Changed."}
        for day, number in enumerate(numbers, 1)
    ]
    value = {
        "id": "EXAMPLE-1",
        "current_release_date": f"2026-01-{len(numbers):02}T09:30:00Z",
        "initial_release_date": "2026-01-01T09:30:00Z",
        "revision_history": history,
        "status": status,
        "version": version or numbers[-1],
    }
    return copy.deepcopy({**value, **members})


def header(category="csaf_vex", **members):
    """Return the head of a document."""
    value = {
        "category": category,
        "csaf_version": "2.0",
        "publisher": {"category": "vendor", "name": "Example", "namespace": "https://example.com"},
        "title": "Example",
        "tracking": tracking(),
    }
    return copy.deepcopy({**value, **members})


def csaf(category="csaf_vex", *, vulnerabilities=None, product_tree=None, gone=(), **document):
    """Return a small valid document of version 2.0.

    Args:
        category: of the document.
        vulnerabilities: instead of one that is affected, one that is not, and one that is looked into.
        product_tree: instead of ``tree()``.
        gone: members to leave out.
        document: members put over its head.
    """
    value = {
        "document": header(category, **document),
        "product_tree": tree() if product_tree is None else product_tree,
        "vulnerabilities": [vulnerability()] if vulnerabilities is None else vulnerabilities,
    }
    return copy.deepcopy({name: item for name, item in value.items() if name not in gone})


def related(name, part, whole, category="default_component_of"):
    """Return a relationship that defines a product."""
    return {
        "category": category,
        "full_product_name": {"product_id": name, "name": f"{part} in {whole}"},
        "product_reference": part,
        "relates_to_product_reference": whole,
    }


def scored(**score):
    """Return a vulnerability with one score."""
    return vulnerability(scores=[{"products": ["A"], **score}])


def cvss3(vector="AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", score=9.8, severity="CRITICAL", **members):
    """Return an object of CVSS 3.1."""
    own = {
        "version": "3.1",
        "vectorString": f"CVSS:3.1/{vector}",
        "baseScore": score,
        "baseSeverity": severity,
    }
    return {**own, **members}
