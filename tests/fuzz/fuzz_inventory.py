"""Fuzz target for inventories: whatever the bytes, only our errors come out, and what is read is normal.

How to run it: `harness`.
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz.fuzz_attest import mutate
from fuzz.harness import main
from inventory_cases import WRITERS, Thing, World
from stella_git.documents.inventory import digest, normal_form
from stella_git.documents.inventory.compare import compare
from stella_git.documents.inventory.merge import merge
from stella_git.documents.inventory.stored import restore
from stella_git.documents.inventory.tree import rows
from stella_git.flows.inventorydiff import load

WORLD = World(
    things=(
        Thing(name="app", version="1", purl="pkg:npm/app@1", licences=("MIT OR Apache-2.0",)),
        Thing(name="b", group="org.acme", version="2", licences=("My Licence",)),
        Thing(name="c", file=True, hashes={"sha1": "0" * 40}),
    ),
    parents={2: 1},
    needs=frozenset({(0, 1)}),
)


def document(data: bytes) -> None:
    inventory = load(data, "fuzz").inventory
    normal = normal_form(inventory)
    again = restore(normal)
    assert digest(again) == digest(inventory)
    assert compare(inventory, again).equal
    assert {row.id for row in rows(merge(inventory))} >= set(merge(inventory).nodes)


if __name__ == "__main__":
    main(
        {
            name.replace(" ", "-"): (document, json.dumps(write(WORLD, random.Random(1))).encode())
            for name, write in WRITERS.items()
        },
        mutate,
    )
