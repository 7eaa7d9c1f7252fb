# SPDX-License-Identifier: MIT
"""Every value of every topic comes back from SELECT * bit for bit, by its name."""
import base64
import json
import random
import struct

import pytest

from avro_records import Sender, encode, register
from conftest import run_efd

TOPICS = 1082
RECORDS_PER_TOPIC = 2
STATEMENTS_PER_QUERY = 50
BEGIN_MS = 1_600_000_000_000
STRINGS = ["", "plain", 'a "quoted" one', "it's", "line\nbreak\ttab\r", "back\\slash", "Größe µ €",
           "\U0001f52d telescope", "<a href='x'>&</a>", "\u2028\u2029", "\x00\x01\x7f", "null", " "]
DOUBLES = [0.0, -0.0, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 1e21, 1e-7,
           123456789.0, 2.0**53, -1 / 3]
FLOATS = [0.0, -0.0, 1e-45, 1.17549435e-38, 3.4028234663852886e38, 0.1, 16777216.0, -1 / 3]


class Number(str):
    """A number's text as the server wrote it: "-0" must not become the integer 0."""


def bits(value):
    return struct.pack("<d", value)


def as_float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def random_double(chance):
    while True:
        value = struct.unpack("<d", chance.randbytes(8))[0]
        if abs(value) != float("inf") and value == value:
            return chance.choice([value, value, chance.choice(DOUBLES), chance.gauss(0, 100)])


def random_float(chance):
    while True:
        value = struct.unpack("<f", chance.randbytes(4))[0]
        if abs(value) != float("inf") and value == value:
            return chance.choice([value, as_float32(chance.choice(FLOATS))])


def random_integer(chance, width):
    edge = 2 ** (width - 1)
    return chance.choice([-edge, edge - 1, 0, -1, chance.randrange(-edge, edge),
                          chance.randrange(-1000, 1000)])


MAKERS = {
    "int": lambda chance: random_integer(chance, 32),
    "long": lambda chance: random_integer(chance, 64),
    "float": random_float,
    "double": random_double,
    "boolean": lambda chance: chance.random() < 0.5,
    "string": lambda chance: chance.choice(STRINGS),
    "bytes": lambda chance: chance.randbytes(chance.randrange(0, 40)),
}


def type_name(kind):
    return kind if isinstance(kind, str) else kind["type"]


def random_value(kind, chance):
    name = type_name(kind)
    if name == "array":
        return [random_value(kind["items"], chance) for _ in range(kind["sal_count"])]
    return chance.choice(kind["symbols"]) if name == "enum" else MAKERS[name](chance)


def random_record(schema, chance, number):
    record = {field["name"]: random_value(field["type"], chance) for field in schema["fields"]}
    return {**record, "kafka_timestamp": BEGIN_MS + number}


# ------------------------------------------------------------------------------ what must come back

def columns_of(schema, record):
    """{InfluxDB's name: (Avro type, value)}, names given in field and element order."""
    columns = {}

    def give(name, kind, value):
        n, free = 0, name
        while free in columns or free == "time":
            n += 1
            free = f"{name}_{n}"
        columns[free] = (type_name(kind), value)

    for field in schema["fields"]:
        name, kind, value = field["name"], field["type"], record[field["name"]]
        if type_name(kind) == "array":
            for i, element in enumerate(value):
                give(f"{name}{i}", kind["items"], element)
        else:
            give(name, kind, value)
    return columns


def is_same(kind, sent, got):
    if kind in ("float", "double"):
        return isinstance(got, Number) and bits(float(got)) == bits(sent)
    if kind in ("int", "long"):
        return isinstance(got, Number) and got == str(sent)
    if kind == "bytes":
        return got == base64.b64encode(sent).decode()
    return type(got) is type(sent) and got == sent


def count_same_values(topic, schema, records, result):
    """The values of SELECT * that are as sent; all of them, or it fails."""
    series = result["series"][0]
    assert len(series["values"]) == len(records), topic
    compared = 0
    for record, row in zip(records, series["values"]):
        columns = columns_of(schema, record)
        assert series["columns"] == ["time", *sorted(columns, key=str.encode)], topic
        got = dict(zip(series["columns"], row))
        assert got["time"] == str(record["kafka_timestamp"] * 10**6), topic
        for name, (kind, value) in columns.items():
            assert is_same(kind, value, got[name]), (topic, name, kind, value, got[name])
        compared += len(columns)
    return compared


def select_all(server, topics):
    text = "; ".join(f'SELECT * FROM "{topic}"' for topic in topics)
    answer = server.post_query(text, epoch="ns")
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text, parse_int=Number, parse_float=Number)["results"]


# ------------------------------------------------------------------------------------------- tests

@pytest.fixture
def schemas(shared, tmp_path):
    """{topic: Avro schema} of all topics of the SAL XML of 2019-01-10."""
    done = run_efd("salschema", "convert", shared / "data/sal/ts_xml-2019-01-10.tar.xz",
                   "--write", tmp_path / "schemas")
    assert done.returncode == 0, done.stderr
    files = sorted((tmp_path / "schemas").glob("*.json"))
    found = [json.loads(file.read_text()) for file in files]
    return {f"{schema['namespace']}.{schema['name']}": schema for schema in found}


def test_every_value_of_every_topic(schemas, make_server):
    assert len(schemas) == TOPICS
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server = make_server("--store.flush_interval_ms=2000").start()  # from heads and from files
    sender = Sender(server)
    sent = {topic: [random_record(schema, chance, i) for i in range(RECORDS_PER_TOPIC)]
            for topic, schema in schemas.items()}
    for topic, schema in schemas.items():
        schema_id = register(server, topic, schema)
        for record in sent[topic]:
            sender.send(topic, encode(schema_id, schema, record))
    sender.flush(120)
    server.await_metric("efd_sink_rows_total", TOPICS * RECORDS_PER_TOPIC)
    assert server.metric("efd_dead_letters_total") == 0
    for _ in range(2):
        compare_all(server, schemas, sent)
        server.stop()
        server.start()


def compare_all(server, schemas, sent):
    topics, compared = list(schemas), 0
    for i in range(0, len(topics), STATEMENTS_PER_QUERY):
        part = topics[i:i + STATEMENTS_PER_QUERY]
        for topic, result in zip(part, select_all(server, part), strict=True):
            compared += count_same_values(topic, schemas[topic], sent[topic], result)
    print(f"every value: {compared} of {compared} values of {len(topics)} topics equal")


RICH_SCHEMA = {
    "type": "record", "name": "rich", "namespace": "lsst.sal",
    "fields": [
        {"name": "private_efdStamp", "type": "double"},
        {"name": "maybe", "type": ["null", "int"]},
        {"name": "choice", "type": ["null", "long", "string", "boolean"]},
        {"name": "labels", "type": {"type": "map", "values": "int"}},
        {"name": "grid", "type": {"type": "array", "items": {"type": "array", "items": "int"}}},
        {"name": "pointing", "type": {"type": "record", "name": "pointing", "fields": [
            {"name": "azimuth", "type": "double"},
            {"name": "deep", "type": {"type": "record", "name": "deep", "fields": [
                {"name": "x", "type": "float"}]}}]}},
        {"name": "pointing_azimuth", "type": "double"},
        {"name": "time", "type": "double"},
        {"name": "values", "type": {"type": "array", "items": "float"}},
        {"name": "values0", "type": "int"},
        {"name": "gaps", "type": {"type": "array", "items": ["null", "double"]}},
        {"name": "raw", "type": "bytes"},
        {"name": "hash", "type": {"type": "fixed", "name": "hash", "size": 4}},
        {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["DOME", "MOUNT"]}},
        {"name": "parts", "type": {"type": "array", "items": {
            "type": "record", "name": "part", "fields": [{"name": "n", "type": "int"}]}}},
        {"name": "sent", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
RICH_RECORDS = [
    {"private_efdStamp": 1.6e9, "maybe": None, "choice": 2**62, "labels": {"a": 1, 'b"': -2},
     "grid": [[1, 2], [], [3]], "pointing": {"azimuth": -0.5, "deep": {"x": 0.25}},
     "pointing_azimuth": 7.5, "time": 12.5, "values": [1.5], "values0": 3, "gaps": [None, 1e300],
     "raw": b"\x00\xff\x10", "hash": b"abcd", "kind": "MOUNT", "parts": [{"n": 1}, {"n": 2}],
     "sent": BEGIN_MS},
    {"private_efdStamp": 1.6e9 + 1, "maybe": -5, "choice": "it's", "labels": {}, "grid": [],
     "pointing": {"azimuth": 1e-9, "deep": {"x": -8.0}}, "pointing_azimuth": -7.5, "time": -1.0,
     "values": [2.0, 3.0, 4.0], "values0": 4, "gaps": [], "raw": b"", "hash": b"\0\0\0\0",
     "kind": "DOME", "parts": [], "sent": BEGIN_MS + 1},
    {"private_efdStamp": 1.6e9 + 2, "maybe": 2**31 - 1, "choice": True, "labels": {"z": 0},
     "grid": [[]], "pointing": {"azimuth": 0.0, "deep": {"x": 0.0}}, "pointing_azimuth": 0,
     "time": 0.0, "values": [], "values0": 5, "gaps": [3.0], "raw": b"x", "hash": b"\xff" * 4,
     "kind": "DOME", "parts": [{"n": 3}], "sent": BEGIN_MS + 2},
]
RICH_COLUMNS = {
    "maybe": [None, -5, 2**31 - 1],
    '"choice"::integer': [2**62, None, None],
    '"choice"::string': [None, "it's", None],
    '"choice"::boolean': [None, None, True],
    "pointing_azimuth": [-0.5, 1e-9, 0],
    "pointing_deep_x": [0.25, -8, 0],
    "pointing_azimuth_1": [7.5, -7.5, 0],
    "time_1": [12.5, -1, 0],
    "values0": [3, 4, 5],  # the scalar; elements of arrays take their names after it
    "values0_1": [1.5, 2, None],
    "values1": [None, 3, None],
    "values2": [None, 4, None],
    "gaps0": [None, None, 3],
    "gaps1": [1e300, None, None],
    "raw": ["AP8Q", "", "eA=="],
    "hash": ["YWJjZA==", "AAAAAA==", "/////w=="],
    "kind": ["MOUNT", "DOME", "DOME"],
    "sent": [BEGIN_MS, BEGIN_MS + 1, BEGIN_MS + 2],
}
RICH_JSON_COLUMNS = {name: [record[name] for record in RICH_RECORDS]
                     for name in ("labels", "grid", "parts")}


def test_unions_maps_nested_records_and_names(efd):
    topic = "lsst.sal.rich"
    schema_id = register(efd, topic, RICH_SCHEMA)
    sender = Sender(efd)
    for record in RICH_RECORDS:
        sender.send(topic, encode(schema_id, RICH_SCHEMA, record))
    sender.flush()
    efd.await_count(topic, "values0", len(RICH_RECORDS))
    for _ in range(2):
        compare_rich(efd, topic)
        efd.stop()
        efd.start()


def compare_rich(server, topic):
    row_filter = "WHERE values0 > 0"  # a row whose selected fields are all null is no row
    for name, values in RICH_COLUMNS.items():
        selected = name if "::" in name else f'"{name}"'
        text = f'SELECT values0, {selected} AS got FROM "{topic}" {row_filter}'
        assert server.column(text, "got") == values, name
    for name, values in RICH_JSON_COLUMNS.items():
        text = f'SELECT values0, "{name}" AS got FROM "{topic}" {row_filter}'
        assert [json.loads(value) for value in server.column(text, "got")] == values, name
    names = set(server.column(f'SHOW FIELD KEYS FROM "{topic}"', "fieldKey"))
    plain = {name for name in RICH_COLUMNS if "::" not in name}
    assert names == plain | {"choice", "private_efdStamp"} | set(RICH_JSON_COLUMNS)
