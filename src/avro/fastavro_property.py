# SPDX-License-Identifier: MIT
"""Random Avro schemas and data, encoded by fastavro, with what must come out of them.

    fastavro_property.py SEED SCHEMAS DATUMS

prints one JSON object a line:

    schema   the schema's text
    form     its Parsing Canonical Form, by fastavro
    hex      a datum, encoded by fastavro
    value    what fastavro reads from it: float {"f": bits of the double in hex}, bytes {"b": hex},
             records and maps {"m": [[key, value], ...]}
    cells    what the row of the store holds: [column, type, is_array, value], nulls and empty arrays
             left out; written down here from the rules (architecture, "From Avro record to
             InfluxDB's view"), not from the C++ code. Type "json": JSON text, value is the document.

Exits with 77 if fastavro cannot be imported.
"""

import base64
import io
import json
import math
import random
import struct
import sys

try:
    import fastavro
    import fastavro.schema
except ImportError:
    print("fastavro cannot be imported", file=sys.stderr)
    sys.exit(77)

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
NAMED = ["record", "enum", "fixed"]
DEPTH_MAX = 4
COLUMN_TYPES = {
    "boolean": "boolean", "int": "integer", "long": "integer", "float": "float32",
    "double": "float64", "string": "string", "enum": "string", "bytes": "string",
    "fixed": "string",
}


def kind(schema):
    if isinstance(schema, list):
        return "union"
    return schema["type"] if isinstance(schema, dict) else schema


class Schemas:
    """Makes one random schema; keeps its named types."""

    def __init__(self, rng):
        self.rng = rng
        self.named = {}  # full name -> schema; a record is there while it is being made
        self.open = []  # records that are being made

    def root(self):
        return self.record(0) if self.rng.random() < 0.9 else self.any(1)

    def resolve(self, schema):
        return self.named.get(schema, schema) if isinstance(schema, str) else schema

    def name(self):
        """A full name: one without a namespace would be put into the one around it."""
        spaces = ["a.", "lsst.sal."] + ([] if self.in_namespace() else [""])
        return f"{self.rng.choice(spaces)}N{len(self.named)}"

    def in_namespace(self):
        return any("." in name for name in self.open)

    def referable(self, names):
        return [n for n in names if "." in n or not self.in_namespace()]

    def any(self, depth, in_union=False):
        kinds = PRIMITIVES * 2 + ["enum", "fixed"]
        if depth < DEPTH_MAX:
            kinds += ["array", "array", "map", "record", "reference"]
            kinds += [] if in_union else ["union", "union", "nullable", "nullable"]
        choice = self.rng.choice(kinds)
        if choice in PRIMITIVES:
            return self.primitive(choice)
        return getattr(self, "make_" + choice)(depth)

    def primitive(self, name):
        return name if self.rng.random() < 0.8 else {"type": name, "units": "deg"}

    def make_array(self, depth):
        return {"type": "array", "items": self.any(depth + 1)}

    def make_map(self, depth):
        return {"type": "map", "values": self.any(depth + 1)}

    def make_record(self, depth):
        return self.record(depth)

    def make_enum(self, depth):
        schema = {"type": "enum", "name": self.name(),
                  "symbols": [f"S{i}" for i in range(self.rng.randint(1, 5))]}
        self.named[schema["name"]] = schema
        return schema

    def make_fixed(self, depth):
        schema = {"type": "fixed", "name": self.name(), "size": self.rng.randint(0, 9)}
        self.named[schema["name"]] = schema
        return schema

    def make_reference(self, depth):
        closed = self.referable(n for n in self.named if n not in self.open)
        return self.rng.choice(closed) if closed else "long"

    def make_nullable(self, depth):
        around = self.referable(self.open)
        if around and self.rng.random() < 0.3:
            return ["null", self.rng.choice(around)]
        inner = self.any(depth + 1, in_union=True)
        branches = ["null", inner] if kind(inner) != "null" else ["null"]
        self.rng.shuffle(branches)
        return branches

    def make_union(self, depth):
        branches, seen = [], set()
        for _ in range(self.rng.randint(1, 5)):
            branch = self.any(depth + 1, in_union=True)
            resolved = self.resolve(branch)
            key = resolved["name"] if kind(resolved) in NAMED else kind(resolved)
            if key not in seen:
                seen.add(key)
                branches.append(branch)
        return branches

    def record(self, depth):
        schema = {"type": "record", "name": self.name(), "fields": []}
        self.named[schema["name"]] = schema
        self.open.append(schema["name"])
        for i in range(self.rng.randint(0 if depth else 1, 8 if depth == 0 else 4)):
            schema["fields"].append({"name": f"f{i}", "type": self.any(depth + 1)})
        self.open.remove(schema["name"])
        return schema


def float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


class Data:
    """Makes random data of a schema: what fastavro takes, and plain JSON."""

    def __init__(self, rng, schemas):
        self.rng = rng
        self.schemas = schemas
        self.depth = 0

    def make(self, schema):
        schema = self.schemas.resolve(schema)
        self.depth += 1
        try:
            return getattr(self, "make_" + kind(schema))(schema)
        finally:
            self.depth -= 1

    def make_null(self, schema):
        return None

    def make_boolean(self, schema):
        return self.rng.random() < 0.5

    def integer(self, bits):
        edges = [0, -1, 1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1))]
        small = self.rng.getrandbits(self.rng.randint(1, bits - 1))
        return self.rng.choice(edges + [small, -small, small, -small])

    def make_int(self, schema):
        return self.integer(32)

    def make_long(self, schema):
        return self.integer(64)

    def floating(self):
        edges = [0.0, -0.0, 1.5, math.inf, -math.inf, math.nan, 1e-7, 1e22]
        return self.rng.choice(edges) if self.rng.random() < 0.4 else self.rng.uniform(-1e6, 1e6)

    def make_float(self, schema):
        return float32(self.floating())

    def make_double(self, schema):
        return self.floating()

    def make_bytes(self, schema):
        return self.rng.randbytes(self.rng.choice([0, 1, 2, 3, 70]))

    def make_string(self, schema):
        letters = ["a", "Z", " ", '"', "\\", "\n", "\x00", "é", "漢", "🔭"]
        return "".join(self.rng.choices(letters, k=self.rng.choice([0, 1, 5, 100])))

    def make_fixed(self, schema):
        return self.rng.randbytes(schema["size"])

    def make_enum(self, schema):
        return self.rng.choice(schema["symbols"])

    def length(self):
        return 0 if self.depth > 8 else self.rng.choice([0, 1, 2, 3, 20 if self.depth < 4 else 1])

    def make_array(self, schema):
        return [self.make(schema["items"]) for _ in range(self.length())]

    def make_map(self, schema):
        return {f"k{i}": self.make(schema["values"]) for i in range(self.length())}

    def make_record(self, schema):
        return {f["name"]: self.make(f["type"]) for f in schema["fields"]}

    def make_union(self, schema):
        index = self.rng.randrange(len(schema))
        if self.depth > 8 and "null" in schema:
            index = schema.index("null")
        resolved = self.schemas.resolve(schema[index])
        name = resolved["name"] if kind(resolved) in NAMED else kind(resolved)
        return Branch(index, name, self.make(schema[index]))


class Branch:
    def __init__(self, index, name, value):
        self.index, self.name, self.value = index, name, value


def for_fastavro(value):
    if isinstance(value, Branch):
        return (value.name, for_fastavro(value.value))
    if isinstance(value, list):
        return [for_fastavro(v) for v in value]
    if isinstance(value, dict):
        return {k: for_fastavro(v) for k, v in value.items()}
    return value


def plain(value):
    if isinstance(value, Branch):
        return plain(value.value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def bits(value):
    return "nan" if math.isnan(value) else struct.pack(">d", value).hex()


def tagged(value):
    if isinstance(value, float):
        return {"f": bits(value)}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    if isinstance(value, list):
        return [tagged(v) for v in value]
    if isinstance(value, dict):
        return {"m": [[k, tagged(v)] for k, v in value.items()]}
    return value


def cell_value(value):
    if isinstance(value, Branch):
        return cell_value(value.value)
    return {"f": bits(value)} if isinstance(value, float) else plain(value)


class Cells:
    """The columns of one row."""

    def __init__(self, schemas):
        self.schemas = schemas
        self.cells = []

    def add(self, schema, value, name, open_records=(), widen=False):
        schema = self.schemas.resolve(schema)
        type_ = kind(schema)
        if type_ == "null":
            return
        if type_ == "union":
            branch = schema[value.index]
            has_double = any(kind(b) == "double" for b in schema)
            return self.add(branch, value.value, name, open_records, widen=has_double)
        if type_ == "record":
            if schema["name"] in open_records:
                return self.put(name, "json", False, plain(value))
            for field in schema["fields"]:
                inner = f"{name}_{field['name']}" if name else field["name"]
                self.add(field["type"], value[field["name"]], inner,
                         (*open_records, schema["name"]))
            return
        if type_ == "array":
            return self.add_array(schema, value, name)
        if type_ == "map":
            return self.put(name, "json", False, plain(value))
        column = "float64" if type_ == "float" and widen else COLUMN_TYPES[type_]
        self.put(name, column, False, cell_value(value))

    def add_array(self, schema, value, name):
        items = self.schemas.resolve(schema["items"])
        nullable = kind(items) == "union" and len(items) == 2 and \
            any(kind(b) == "null" for b in items)
        item = items
        if nullable:
            item = self.schemas.resolve(next(b for b in items if kind(b) != "null"))
        empty_items = not nullable and kind(item) == "fixed" and item["size"] == 0
        if kind(item) not in COLUMN_TYPES or empty_items:
            return self.put(name, "json", False, plain(value))
        if value:
            self.put(name, COLUMN_TYPES[kind(item)], True, [cell_value(v) for v in value])

    def put(self, name, type_, is_array, value):
        self.cells.append([name or "value", type_, is_array, value])


def main():
    seed, schema_count, datum_count = map(int, sys.argv[1:])
    rng = random.Random(seed)
    for _ in range(schema_count):
        schemas = Schemas(rng)
        schema = schemas.root()
        text = json.dumps(schema)
        parsed = fastavro.parse_schema(json.loads(text))
        form = fastavro.schema.to_parsing_canonical_form(json.loads(text))
        for _ in range(datum_count):
            value = Data(rng, schemas).make(schema)
            raw = io.BytesIO()
            fastavro.schemaless_writer(raw, parsed, for_fastavro(value))
            back = fastavro.schemaless_reader(io.BytesIO(raw.getvalue()), parsed, None)
            cells = Cells(schemas)
            cells.add(schema, value, "")
            print(json.dumps({"schema": text, "form": form, "hex": raw.getvalue().hex(),
                              "value": tagged(back), "cells": cells.cells}))


main()
