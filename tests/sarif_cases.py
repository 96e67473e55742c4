"""A SARIF log made here that uses much of the format."""

import copy

PLACE = {
    "physicalLocation": {
        "artifactLocation": {"uri": "src/a.c", "uriBaseId": "ROOT", "index": 0},
        "region": {
            "startLine": 3,
            "startColumn": 1,
            "endLine": 4,
            "snippet": {"text": "x"},
            "charOffset": 10,
        },
    },
    "logicalLocations": [{"name": "f", "fullyQualifiedName": "m.f", "kind": "function", "index": 0}],
    "message": {"text": "here"},
}
RULE = {
    "id": "R1",
    "guid": "3e671687-395b-41f5-a30f-a58921a69b79",
    "name": "First",
    "shortDescription": {"text": "First."},
    "helpUri": "https://example.com/R1",
    "defaultConfiguration": {"enabled": True, "level": "warning", "rank": 12.5},
    "properties": {"tags": ["a", "b"]},
    "relationships": [{"target": {"id": "CWE-79"}, "kinds": ["superset"]}],
}
RESULT = {
    "ruleId": "R1",
    "ruleIndex": 0,
    "kind": "fail",
    "level": "error",
    "message": {"id": "default", "arguments": ["x"]},
    "locations": [PLACE],
    "relatedLocations": [{"id": 1, **PLACE}],
    "fingerprints": {"a/v1": "x"},
    "rank": 50,
    "occurrenceCount": 2,
    "baselineState": "new",
    "codeFlows": [{"threadFlows": [{"locations": [{"location": PLACE, "importance": "essential"}]}]}],
    "fixes": [
        {
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "src/a.c"},
                    "replacements": [{"deletedRegion": {"startLine": 3}, "insertedContent": {"text": "y"}}],
                }
            ]
        }
    ],
    "suppressions": [{"kind": "external", "status": "accepted"}],
    "hostedViewerUri": "https://example.com/1",
}
RUN = {
    "tool": {
        "driver": {
            "name": "tool",
            "version": "1.0",
            "semanticVersion": "1.0.0",
            "dottedQuadFileVersion": "1.0.0.0",
            "informationUri": "https://example.com/",
            "rules": [RULE],
            "language": "en-GB",
        },
        "extensions": [{"name": "more", "isComprehensive": False}],
    },
    "invocations": [
        {
            "executionSuccessful": True,
            "exitCode": 0,
            "startTimeUtc": "2026-01-31T09:30:00Z",
            "arguments": ["-x"],
        }
    ],
    "artifacts": [
        {
            "location": {"uri": "src/a.c"},
            "length": 12,
            "mimeType": "text/x-c",
            "hashes": {"sha-256": "0" * 64},
        }
    ],
    "originalUriBaseIds": {"ROOT": {"uri": "file:///x/"}},
    "results": [RESULT],
    "automationDetails": {"id": "a/b", "guid": "3e671687-395b-41f5-a30f-a58921a69b79"},
    "columnKind": "unicodeCodePoints",
    "versionControlProvenance": [{"repositoryUri": "https://example.com/r", "revisionId": "1"}],
    "redactionTokens": ["[x]"],
    "webRequests": [{"protocol": "HTTP", "version": "1.1", "headers": {"a": "b"}}],
    "taxonomies": [{"name": "CWE", "taxa": [{"id": "CWE-79"}]}],
}


def rich():
    """Return a valid log with one result."""
    return copy.deepcopy(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [RUN],
            "properties": {"x": 1},
        }
    )
