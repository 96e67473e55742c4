"""Lower the official SPDX 3.0.1 schema to one that chooses a class by ``type``; ``--write`` writes it.

The official schema tries 78 classes for every object, and collects which members each one evaluated. Here
each class is one flat object, chosen by the keyword ``x-dispatch`` (see ``schemas/spdx/derived/README.md``).
Every shape that this program relies on is asserted: another official schema is refused rather than misread.

Standard library only. A conformance test holds both schemas to the same verdicts.
"""

import json
import re
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "schemas" / "spdx"
OFFICIAL = FOLDER / "spdx-3.0.1.schema.json"
LOWERED = FOLDER / "derived" / "spdx-3.0.1-lowered.json"

IDENTITY_PATTERN = "^(?!_:).+:.+"
BLANK_PATTERN = "^_:.+"
# A blank node or an IRI: one pattern instead of two alternatives.
EITHER_PATTERN = f"{BLANK_PATTERN}|{IDENTITY_PATTERN}"
# Two patterns of every time, one of which allows an offset and the other one any digit: what both allow.
TIME_PATTERNS = (
    "^[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|[+-][0-9]{2}:[0-9]{2})$",
    r"^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
)
TIME_PATTERN = "^[0-9]{4}-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z$"
EXTENSION = "extension_Extension"
# Above this size a schema of a property is written once, and referred to.
INLINE = 80

Schema = dict


class Lowering:
    """Turns the definitions of the official schema into flat ones, each at most once."""

    def __init__(self, official: Schema) -> None:
        self.official = official["$defs"]
        self.classes = {name for name, schema in self.official.items() if "if" in schema} - {EXTENSION}
        self.defs: dict[str, Schema] = {}

    def document(self, official: Schema) -> Schema:
        """Return the lowered schema of a document."""
        context = official["properties"]["@context"]
        names = [reference(branch) for branch in self.official["AnyClass"]["anyOf"]]
        expect(set(names) == self.classes, "AnyClass lists every class")
        item = {"type": "object", "$ref": "#/$defs/AnyClass", "unevaluatedProperties": False}
        graph = official["then"]["properties"]["@graph"]
        expect((graph["items"], graph["type"]) == (item, "array"), "the graph holds closed objects")
        apart = {"$schema", "$comment", "$defs", "then"}
        wanted = {
            "type": "object",
            "properties": {"@context": context},
            "required": ["@context"],
            "if": {"type": "object", "required": ["@graph"]},
            "else": {"$ref": "#/$defs/AnyClass"},
            "unevaluatedProperties": False,
        }
        there = {name: each for name, each in official.items() if name not in apart}
        expect(there == wanted, "a document has a graph or is one object")
        expect(
            set(graph) <= {"description", "items", "type"}
            and {name: official["then"][name] for name in official["then"] if name != "properties"}
            == {"type": "object", "required": ["@graph"]}
            and set(official["then"]["properties"]) == {"@graph"},
            "a graph is an array, no more",
        )
        everything = {"$ref": self.any_class(names)}
        return {
            "$schema": official["$schema"],
            "$comment": "Derived from spdx-3.0.1.schema.json by tools/lower_spdx3.py.",
            "type": "object",
            "properties": {"@context": context},
            "required": ["@context"],
            "if": {"required": ["@graph"]},
            "then": {
                "properties": {"@context": True, "@graph": {"type": "array", "items": everything}},
                "additionalProperties": False,
            },
            "else": {
                "if": {"required": ["type"]},
                "then": {"x-dispatch": {"beside": ["@context"], "classes": self.table(names)}},
                # refuses all that comes here, and says more than that a type is missing
                "else": {"anyOf": [{"required": ["@graph"]}, {"required": ["type"]}]},
            },
            "$defs": dict(sorted(self.defs.items())),
        }

    def any_class(self, names: list[str]) -> str:
        """Define an object of any class; return the reference."""
        self.defs["AnyClass"] = {"type": "object", "x-dispatch": {"classes": self.table(names)}}
        return "#/$defs/AnyClass"

    def table(self, names: list[str]) -> dict[str, Schema]:
        """Return class -> schema, sorted by class."""
        for name in names:
            self.define_class(name)
        return {name: {"$ref": f"#/$defs/{name}"} for name in sorted(names)}

    def define_class(self, name: str) -> None:
        """Define one class as a flat object."""
        if name in self.defs:
            return
        schema = self.official[name]
        expect(
            schema["if"] == {"type": "object", "properties": {"type": {"const": name}}, "required": ["type"]},
            f"{name} is told by its type",
        )
        expect(schema["else"] == {"const": f"Not a {name}"}, f"{name} refuses every other type")
        own, inherited = schema["then"]["allOf"]
        expect(inherited == {"$ref": f"#/$defs/{name}_props"}, f"{name} has its properties in one place")
        expect(set(schema) == {"if", "then", "else"}, f"{name} says nothing else")
        flat = {"properties": {}, "required": []}
        self.defs[name] = flat  # before its properties, which may refer to it
        self.merge(flat, own)
        self.merge(flat, self.official[f"{name}_props"])
        flat["properties"] = dict(sorted(flat["properties"].items()))
        flat["properties"]["type"] = True  # decided by then
        flat["required"] = sorted(set(flat["required"]) - {"type"})
        flat["additionalProperties"] = False

    def merge(self, flat: Schema, schema: Schema) -> None:
        """Put what an object schema, and those that it refers to, ask for into ``flat``."""
        if "$ref" in schema:
            expect(list(schema) == ["$ref"], "a reference stands alone")
            return self.merge(flat, self.official[reference(schema)])
        if "allOf" in schema:
            expect(list(schema) == ["allOf"], "a conjunction stands alone")
            for each in schema["allOf"]:
                self.merge(flat, each)
            return None
        expect(schema["type"] == "object", "properties are of objects")
        expect(set(schema) <= {"type", "properties", "required"}, "an object says what it has, no more")
        flat["required"] += schema.get("required", [])
        for name, each in schema.get("properties", {}).items():
            if name != "type":
                expect(name not in flat["properties"], f"{name} is described once")
                flat["properties"][name] = self.value(each)
        return None

    def value(self, schema: Schema) -> Schema:
        """Return the lowered schema of a property."""
        if "$ref" in schema:
            expect(list(schema) == ["$ref"], "a reference stands alone")
            return self.named(reference(schema))
        if list(schema) == ["anyOf"] and len(schema["anyOf"]) == 1:
            (array,) = schema["anyOf"]
            expect(array["type"] == "array" and set(array) <= {"type", "items", "minItems"}, "an array")
            return {**array, "items": self.value(array["items"])}
        if schema == {"type": "string", "allOf": [{"pattern": each} for each in TIME_PATTERNS]}:
            return {"type": "string", "pattern": TIME_PATTERN}
        expect("$ref" not in json.dumps(schema), "a literal schema refers to nothing")
        return {"type": "string", **schema} if "enum" in schema else schema

    def named(self, name: str) -> Schema:
        """Return the schema of a named definition: itself, or a reference to it."""
        schema = self.official[name]
        if name == "BlankNodeOrIRI":
            expect(schema == {"anyOf": [{"$ref": "#/$defs/IRI"}, {"$ref": "#/$defs/BlankNode"}]}, name)
            return {"type": "string", "pattern": EITHER_PATTERN}
        if list(schema) == ["$ref"]:
            return self.named(reference(schema))
        if name.endswith("_derived"):
            self.define_choice(name)
            return {"$ref": f"#/$defs/{name}"}
        lowered = self.value(schema)
        if len(json.dumps(lowered)) <= INLINE:
            return lowered
        self.defs[name] = lowered
        return {"$ref": f"#/$defs/{name}"}

    def define_choice(self, name: str) -> None:
        """Define what may stand where an object of some classes is expected: it, or its identifier."""
        if name in self.defs:
            return
        self.defs[name] = {}
        objects, *constants, identifier = self.official[name]["anyOf"]
        expect(identifier == {"$ref": "#/$defs/BlankNodeOrIRI"}, f"{name} may be an identifier")
        expect(objects.pop("type") == "object", f"{name} may be an object")
        if name == f"{EXTENSION}_derived":
            expect(objects == {"anyOf": [
                {"$ref": "#/$defs/extension_CdxPropertiesExtension"}, {"$ref": f"#/$defs/{EXTENSION}_props"},
            ]}, "an extension is open")  # fmt: skip
            inside = self.extension()
        else:
            expect(objects.pop("unevaluatedProperties") is False, f"{name} is closed")
            expect(list(objects) == ["anyOf"], f"{name} is a choice of classes")
            inside = {"x-dispatch": {"classes": self.table([reference(each) for each in objects["anyOf"]])}}
        for each in constants:
            expect(list(each) == ["const"] and isinstance(each["const"], str), f"{name} has constants")
        extra = [each["const"] for each in constants if not re.search(EITHER_PATTERN, each["const"])]
        pattern = {"pattern": EITHER_PATTERN}
        text = {"anyOf": [pattern, {"enum": extra}]} if extra else pattern
        self.defs[name] = {
            "type": ["object", "string"],
            "if": {"type": "object"},
            "then": inside,
            "else": text,
        }

    def extension(self) -> Schema:
        """Return an object of any class: the alternative of one known class allows nothing more."""
        base, own = self.official[f"{EXTENSION}_props"]["allOf"]
        expect(
            base == {"$ref": "#/$defs/SHACLClass"} and own == {"type": "object", "properties": {}}, EXTENSION
        )
        thing = self.official["SHACLClass"]
        (kind,) = thing["properties"].values()
        iri, known = kind["anyOf"]
        expect(
            iri == {"$ref": "#/$defs/IRI"} and set(known["enum"]) == self.classes,
            "a type is known, or an IRI",
        )
        expect(self.official["IRI"] == {"type": "string", "pattern": IDENTITY_PATTERN}, "IRI")
        expect(self.official["BlankNode"] == {"type": "string", "pattern": BLANK_PATTERN}, "BlankNode")
        names = sorted(known["enum"])
        text = {"type": "string", "anyOf": [{"pattern": IDENTITY_PATTERN}, {"enum": names}]}
        return {"required": ["type"], "properties": {"type": text}}


def reference(schema: Schema) -> str:
    """Return the name of the definition that is referred to."""
    expect(list(schema) == ["$ref"], "a reference stands alone")
    return schema["$ref"].removeprefix("#/$defs/")


def expect(holds: object, what: str) -> None:
    """Stop if the official schema is not what this program was written for."""
    if not holds:
        sys.exit(f"the official schema has another shape: it is not so that {what}")


def lowered(data: bytes) -> str:
    """Return the lowered schema as text, one definition in each line.

    Args:
        data: the official schema, UTF-8 bytes.
    """
    official = json.loads(data)
    schema = Lowering(official).document(official)
    definitions = schema.pop("$defs")
    lines = [f"{json.dumps(name)}: {json.dumps(each)}" for name, each in schema.items()]
    inner = ",\n".join(f" {json.dumps(name)}: {json.dumps(each)}" for name, each in definitions.items())
    return "{\n" + ",\n".join([*lines, '"$defs": {\n' + inner + "\n}"]) + "\n}\n"


def main() -> int:
    """Return 1 if the file differs and was not written."""
    wanted = lowered(OFFICIAL.read_bytes())
    if LOWERED.exists() and LOWERED.read_text(encoding="utf-8") == wanted:
        return 0
    if "--write" in sys.argv[1:]:
        LOWERED.write_text(wanted, encoding="utf-8", newline="\n")
        print(f"wrote {LOWERED}")
        return 0
    print(f"{LOWERED} is not what it is derived from: run `nox -s schemas -- --write`")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
