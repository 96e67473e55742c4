"""Every layer says of every public document what it said when somebody last looked."""

import json

import golden_documents


def test_every_layer_says_what_it_said():
    wanted = {
        json.loads(line)["file"]: line for line in golden_documents.RESULTS.read_text("utf-8").splitlines()
    }
    found = {json.loads(line)["file"]: line for line in golden_documents.lines()}
    changed = [
        f"{name}\n  was {wanted.get(name)}\n  is  {found.get(name)}"
        for name in sorted(wanted.keys() | found)
        if wanted.get(name) != found.get(name)
    ]
    assert not changed, "\n".join(
        [*changed[:20], "If this is meant: python tests/golden_documents.py --write"]
    )
