# SPDX-License-Identifier: MIT
"""Clients in four languages, each through the same script (tests/clients/README.md): a group of two
members, every codec, a restart from committed offsets, the admin calls. The programs say what they
saw, and it is judged here; so is what lies in the log, and what the clients complain about."""
import dataclasses
import json
import pathlib
import re
import socket
import struct
import subprocess
import uuid

import pytest

from conftest import ROOT

PROGRAMS = ROOT / "tests/clients"
INSTALLED = ROOT / "build/clients"
COUNT = 200
SECONDS_MAX = 180
FETCH_BYTES = 16 << 20
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]  # each at its number in a batch's attributes


@dataclasses.dataclass
class Client:
    """How a program is run, and what is to be expected of it."""
    version: str
    needs: pathlib.Path  # what `./dev` installs
    command: list
    codecs: list = dataclasses.field(default_factory=lambda: CODECS)
    deletes_offsets: bool = True
    # What it says against Apache Kafka, too: that a rebalance goes on, that it closes, that the
    # machine is slow.
    chatter: str = "$^"


def java(version):
    libs = INSTALLED / f"java-{version}"
    return Client(version, libs, ["java", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                                  f"{libs}/*", PROGRAMS / "java/Client.java"])


CLIENTS = {
    "kafka-python": Client(
        "3.0.12", INSTALLED / "python",
        [INSTALLED / "python/bin/python", PROGRAMS / "python/client.py"],
        chatter="No partition metadata for topic|Metadata refresh: failed Cancelled|[Rr]ebalanc|"
                "blocking the event loop"),
    "java-4.1": java("4.1.2"),
    "java-3.9": java("3.9.2"),
    "franz-go": Client("v1.21.7", INSTALLED / "franz-go", [INSTALLED / "franz-go"]),
    "kafkajs": Client(
        "2.2.4", INSTALLED / "node",
        ["env", f"NODE_PATH={INSTALLED}/node/node_modules", "node", PROGRAMS / "node/client.js"],
        codecs=["none", "gzip", "snappy", "zstd"], deletes_offsets=False,
        chatter="The group is rebalancing"),
}
EVERY_RUN = ["kafka-python", "java-4.1", "java-3.9"]


def cases():
    found = []
    for name in CLIENTS:
        for assignor in ["eager"] if name == "kafkajs" else ["eager", "cooperative"]:
            marks = [pytest.mark.peers] + [pytest.mark.smoke] * (name in EVERY_RUN)
            found.append(pytest.param(name, assignor, id=f"{name}-{assignor}", marks=marks))
    return found


def run_script(brokers, name, assignor):
    """Returns what the program told, the topic that it used, and its complaints."""
    client = CLIENTS[name]
    if not client.needs.exists():
        pytest.skip(f"no {client.needs.relative_to(ROOT)}: `./dev test --peers` installs it")
    topic = f"{name}.{assignor}.{uuid.uuid4().hex[:8]}"
    group = f"group.of.{topic}"
    done = subprocess.run([*client.command, brokers, topic, group, str(COUNT), assignor],
                          capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    complaints = [line for line in done.stderr.splitlines() if not re.search(client.chatter, line)]
    return json.loads(done.stdout), topic, complaints


def expected_record(codec, number, partition, offset):
    return [partition, offset, f"key-{number % 16}", f"{codec} {number} {'x' * number}",
            {"codec": codec, "number": str(number)}]


def by_partition(rows):
    """The records of each partition as they came."""
    partitions = {}
    for record in rows:
        partitions.setdefault(record[0], []).append(record)
    return partitions


def check_sent(sent, codecs):
    """Each once; a key has one partition; each partition's offsets are without a gap, in order."""
    assert sorted(row[:2] for row in sent) == sorted(
        [codec, number] for codec in [*codecs, "late"] for number in range(COUNT))
    assert len({(number % 16, partition) for _, number, partition, _ in sent}) == 16
    for partition in range(4):
        offsets = [row[3] for row in sent if row[2] == partition]
        assert offsets == list(range(len(offsets)))


def check_records(result):
    """What was sent is what was received: once, in order, with key, value and headers."""
    first, second = result["members"]
    assert len(first["partitions"]) == len(second["partitions"]) == 2
    assert sorted(first["partitions"] + second["partitions"]) == [0, 1, 2, 3]
    for one in (first, second):
        assert {record[0] for record in one["records"]} <= set(one["partitions"])
    sent = [expected_record(*row) for row in result["sent"]]
    early = [record for record in sent if record[4]["codec"] != "late"]
    late = [record for record in sent if record[4]["codec"] == "late"]
    assert by_partition(first["records"] + second["records"]) == by_partition(early)
    assert by_partition(result["late"]) == by_partition(late)


def ends(sent):
    """The offset behind the last record of each partition."""
    return {str(partition): offset + 1 for _, _, partition, offset in sent}


def check_admin(result, client):
    assert result["partitions"] == 4
    assert result["live"] == {"state": "Stable", "members": 2}
    assert result["committed"] == ends(row for row in result["sent"] if row[0] != "late")
    assert result["listed"] and result["idle_state"] == "Empty"
    assert result["committed_after"] == ends(result["sent"])
    rest = {one: offset for one, offset in result["committed_after"].items() if one != "0"}
    assert result["offsets_after_deletion"] == (rest if client.deletes_offsets else None)
    assert result["group_deleted"] and result["topic_deleted"]


def receive(peer, count):
    data = b""
    while len(data) < count:
        data += (more := peer.recv(count - len(data)))
        assert more, "the connection is closed"
    return data


def fetch(brokers, topic, partition):
    """The bytes of a partition as they lie in the log: Fetch, version 4."""
    name = struct.pack(">h", len(topic)) + topic.encode()
    body = struct.pack(">hhih", 1, 4, 0, -1) + struct.pack(">iiiib", -1, 1000, 1, FETCH_BYTES, 0)
    body += struct.pack(">i", 1) + name + struct.pack(">iiqi", 1, partition, 0, FETCH_BYTES)
    host, port = brokers.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=60) as peer:
        peer.sendall(struct.pack(">i", len(body)) + body)
        answer = receive(peer, struct.unpack(">i", receive(peer, 4))[0])
    begin = 12 + len(name) + 4  # correlation id, throttle time, number of topics; of partitions
    _, error, _, _, _, length = struct.unpack_from(">ihqqii", answer, begin)
    assert error == 0
    return answer[begin + 30:begin + 30 + length]


def batches(data):
    """(first offset, last offset, codec, producer id) of each record batch (format version 2)."""
    begin = 0
    while begin < len(data):
        first, length = struct.unpack_from(">qi", data, begin)
        attributes, last_delta = struct.unpack_from(">hi", data, begin + 21)
        producer_id, = struct.unpack_from(">q", data, begin + 43)
        yield first, first + last_delta, CODECS[attributes & 7], producer_id
        begin += 12 + length


def check_log(brokers, topic, result):
    """Each codec was used, and for nothing else; every batch is of an idempotent producer."""
    codec_of = {(row[2], row[3]): row[0].replace("late", "none") for row in result["sent"]}
    used = set()
    for partition in range(4):
        for first, last, codec, producer_id in batches(fetch(brokers, topic, partition)):
            assert producer_id >= 0
            used.add(codec)
            # A batch that would not become smaller may be left as it is.
            wanted = {codec_of[partition, offset] for offset in range(first, last + 1)}
            assert wanted == {codec} or codec == "none"
    assert used == set(result["codecs"])


def check_client(brokers, name, assignor):
    client = CLIENTS[name]
    result, topic, complaints = run_script(brokers, name, assignor)
    assert result["version"] == client.version
    assert result["codecs"] == client.codecs
    check_sent(result["sent"], client.codecs)
    check_records(result)
    check_admin(result, client)
    check_log(brokers, topic, result)
    return complaints


@pytest.mark.parametrize("name, assignor", cases())
def test_client(server, name, assignor):
    assert check_client(server.kafka, name, assignor) == []


def test_the_page_names_the_versions():
    page = (ROOT / "docs/reference/kafka-clients.md").read_text()
    assert [one.version for one in CLIENTS.values() if one.version.strip("v") not in page] == []


@pytest.mark.peers
@pytest.mark.parametrize("name", CLIENTS)
def test_the_script_holds_on_apache_kafka(kafka, name):
    """Or the script would ask for what Kafka does not do."""
    check_client(kafka.bootstrap, name, "eager")
