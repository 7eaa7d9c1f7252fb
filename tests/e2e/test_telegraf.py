# SPDX-License-Identifier: MIT
"""Telegraf reads our log through our registry into a real InfluxDB, as observatories run it: what
that InfluxDB then holds, and what efd itself answers, are the same."""
import json

import pytest
from confluent_kafka.admin import AdminClient

import influxdb_server
import telegraf
from avro_records import Sender, encode, register
from conftest import await_value, run_efd
from test_influx_sink import Influxd

pytestmark = pytest.mark.peers

STAMP = 1_745_150_647.879_194_5  # is rounded half up to microseconds
COUNTS = {"Tele_position": 3000, "Tele_logevent_summaryState": 400, "Tele_command_start": 25}


def schema_of(name):
    """The types that SAL's topics of today have."""
    types = {"private_efdStamp": "double", "private_identity": "string", "salIndex": "long",
             "number": "int", "enabled": "boolean", "temperature": "float", "angle": "double",
             "offsets": {"type": "array", "items": "double"},
             "states": {"type": "array", "items": "int"}, "limit": ["null", "double"],
             "mode": {"type": "enum", "name": "Mode", "symbols": ["IDLE", "MOVING"]}}
    return {"type": "record", "name": name, "namespace": "lsst.sal",
            "fields": [{"name": name, "type": type_} for name, type_ in types.items()]}


def record(number):
    return {"private_efdStamp": STAMP + number * 0.0201, "private_identity": f'Tele "{number}", a\\b',
            "salIndex": 1 << 40, "number": number, "enabled": number % 2 == 0,
            "temperature": number / 10, "angle": number / 7, "offsets": [number / 3, -0.25, 1e-9],
            "states": [number, 2], "limit": None if number % 3 else number * 1.1,
            "mode": "MOVING" if number % 5 else "IDLE"}


def send(efd, name, numbers):
    topic, schema = f"lsst.sal.{name}", schema_of(name)
    schema_id = register(efd, topic, schema)
    sender = Sender(efd, **{"compression.type": "lz4"})
    for number in numbers:
        sender.send(topic, encode(schema_id, schema, record(number)))
    sender.flush()


@pytest.fixture
def influxd(tmp_path):
    if not influxdb_server.program():
        pytest.skip("no influxd: `./dev influxdb status` fetches it")
    server = Influxd(tmp_path / "influxd").start()
    server.query("CREATE DATABASE efd")
    yield server
    server.stop()


@pytest.fixture
def make_telegraf(efd, influxd, tmp_path):
    if not telegraf.PROGRAM.exists():
        pytest.skip("no Telegraf: `./dev test --peers` builds it")
    running = []

    def make(**options):
        running.append(telegraf.Telegraf(tmp_path / f"telegraf{len(running)}", efd.kafka,
                                         efd.registry_url, influxd.url, **options))
        return running[-1].start()

    yield make
    for each in running:
        each.stop()


def counts_of(server, field):
    """Of every measurement that has the field."""
    series = server.query(f'SELECT count("{field}") FROM /.*/')[0].get("series", [])
    return {each["name"]: each["values"][0][1] for each in series}


def await_counts(server, field, expected):
    await_value(lambda: sum(counts_of(server, field).values()), sum(expected.values()), 120)
    assert counts_of(server, field) == expected


def test_counts_and_values_agree(efd, influxd, make_telegraf):
    for name, count in COUNTS.items():
        send(efd, name, range(count))
    reader = make_telegraf(time_field="private_efdStamp")
    expected = {f"lsst.sal.{name}": count for name, count in COUNTS.items()}
    await_counts(efd, "number", expected)
    await_counts(influxd, "number", expected)
    for name in expected:
        text = f'SELECT * FROM "{name}"'
        ours, theirs = (server.query(text, epoch="ns") for server in (efd, influxd))
        assert ours == theirs
    series = ours[0]["series"][0]
    assert series["columns"] == sorted(series["columns"], key=lambda name: (name != "time", name))
    assert series["values"][0][0] == 1_745_150_647_879_195_000
    assert len(series["values"]) == COUNTS["Tele_command_start"]
    assert reader.complaints() == []


def test_the_designed_experiment(efd, influxd, make_telegraf):
    """All its topics through one consumer, as the mock sends them."""
    done = run_efd("salmock", "produce", "--profile", "sqr-029", "--rate-scale", "0.25",
                   "--duration", "4", "--json", "--broker", efd.kafka, "--registry-url",
                   efd.registry_url)
    assert done.returncode == 0, done.stderr
    produced = json.loads(done.stdout.splitlines()[-1])["produced"]
    await_value(lambda: sum(counts_of(efd, "sal_sequence").values()), produced)
    expected = counts_of(efd, "sal_sequence")
    print(f"{produced} messages of {len(expected)} topics")
    assert len(expected) > 1000
    reader = make_telegraf()
    await_counts(influxd, "sal_sequence", expected)
    assert reader.complaints() == []


def test_a_group_goes_on_where_it_was(efd, influxd, make_telegraf):
    """Whoever dies; what is read twice falls on the same rows."""
    names = [f"Tele_position{number}" for number in range(6)]
    sent = 0

    def send_more():
        nonlocal sent
        for name in names:
            send(efd, name, range(sent, sent + 300))
        sent += 300

    def await_all():
        await_counts(influxd, "number", {f"lsst.sal.{name}": sent for name in names})

    send_more()
    reader = make_telegraf(time_field="private_efdStamp")
    await_all()
    for _ in range(3):
        send_more()
        reader.kill()
        send_more()
        reader.start()
    await_all()
    reader.stop()
    influxd.query('DROP MEASUREMENT "lsst.sal.Tele_position0"')
    send_more()
    reader.start()  # what was committed is not read again
    rest = {f"lsst.sal.{name}": sent for name in names} | {"lsst.sal.Tele_position0": 300}
    await_counts(influxd, "number", rest)
    reader.stop()
    make_telegraf(time_field="private_efdStamp", group="telegraf-kafka-consumer-repairer")
    await_all()  # as gaps are repaired: another group reads all anew
    assert reader.complaints() == []


def topics_of_members(efd, group):
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    members = admin.describe_consumer_groups([group])[group].result(20).members
    return [[each.topic for each in member.assignment.topic_partitions] for member in members]


def await_two_members(efd, names):
    """Between them they have each topic once."""
    def is_shared():
        topics = topics_of_members(efd, "telegraf-kafka-consumer")
        return len(topics) == 2 and sorted(sum(topics, [])) == [f"lsst.sal.{n}" for n in names]

    await_value(is_shared, True)


def test_two_share_the_topics_and_outlive_a_restart_of_the_log(efd, influxd, make_telegraf):
    names = [f"Tele_position{number}" for number in range(6)]
    for name in names:
        send(efd, name, range(500))
    make_telegraf(time_field="private_efdStamp")
    make_telegraf(time_field="private_efdStamp")
    await_two_members(efd, names)
    await_counts(influxd, "number", {f"lsst.sal.{name}": 500 for name in names})
    efd.ports = {name: int(address.rpartition(":")[2]) for name, address in efd.addresses.items()}
    efd.kill()
    efd.start()
    for name in names:
        send(efd, name, range(500, 1000))
    await_two_members(efd, names)
    await_counts(influxd, "number", {f"lsst.sal.{name}": 1000 for name in names})
    await_counts(efd, "number", {f"lsst.sal.{name}": 1000 for name in names})
