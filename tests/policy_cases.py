"""Policies, evidence and runs for tests."""

import textwrap

from stella_git.canon.clock import parse_rfc3339
from stella_git.policy.context import Context
from stella_git.policy.evidence import Given, Signer, Source
from stella_git.policy.ruleset import assemble
from stella_git.policy.run import run

AS_OF = "2026-06-01T00:00:00Z"
FINDINGS = "https://stella.ops/attestation/findings"
OWN = "https://example.com/facts"
HEAD = """\
apiVersion: stella.ops/v1
kind: Policy
metadata:
  id: {id}
  revision: 1
  title: A policy
  owner: "team:a"
  severity: high
"""
SPEC = """\
spec:
  mode: deny
  requires:
    - {as: facts, predicateType: https://example.com/facts}
  rules:
    - id: good
      assert: facts.good
      violation: {message: it is not good}
"""
EACH = """\
spec:
  mode: deny
  requires:
    - {as: facts, predicateType: https://example.com/facts}
  rules:
    - id: each
      forEach: {item: row, in: facts.rows, key: row.name, onEmpty: pass}
      assert: row.good
      violation:
        params: {name: row.name}
        message: "{name} is not good"
        fix: mend {name}
"""


def policy(spec=SPEC, id="a.one"):  # noqa: A002 - the name of the member
    """Return the bytes of a policy file."""
    return (HEAD.format(id=id) + textwrap.dedent(spec)).encode()


def given(value, *, type_=OWN, version="", signers=(), made=None, digest="sha256:" + "0" * 64, path=None):
    """Return evidence with one source."""
    return Given(
        predicate_type=type_,
        version=version,
        value=value,
        sources=(
            Source(
                digest=digest,
                predicate_type=type_ + (f"/{version}" if version else ""),
                signers=tuple(
                    signer if isinstance(signer, Signer) else Signer(name=signer) for signer in signers
                ),
                made=None if made is None else parse_rfc3339(made),
                path=path,
            ),
        ),
    )


def context(as_of=AS_OF, **members):
    """Return a context: prod, ci."""
    return Context(**{"environment": "prod", "stage": "ci", "as_of": parse_rfc3339(as_of), **members})


def asked(spec, *evidence, at=AS_OF, files=(), **members):
    """Return the run of one policy over evidence."""
    where = {
        name: members.pop(name) for name in ("environment", "stage", "ref", "subject") if name in members
    }
    rules = assemble([("policies/a.yaml", policy(spec)), *files])
    return run(rules, context(at, **where), evidence, **members)


def only(outcome):
    """Return the only result of a run."""
    (result,) = outcome.results
    return result
