# SPDX-License-Identifier: MIT
"""Two workers in one group over three Kafka brokers: a broker and a worker die under load."""
import io
import itertools
import json
import threading
import time

import fastavro
import pytest
import requests
from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import test_saltransform as texts_of
from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register
from conftest import ClusterServer, await_value
from test_influx_sink import influxd, make_influxd  # noqa: F401 (fixtures)

pytestmark = pytest.mark.peers

LETTERS = "efd.dead-letters"
TOPICS = [f"lsst.sal.worker{number}" for number in range(12)]
PARTITIONS = 2
BAD_EVERY = 100  # one record of so many is no Avro
WAIT_SECONDS = 120
runs = itertools.count()


@pytest.fixture(scope="module")
def registry_url(server):
    """Of a server beside the cluster, so that it stays when brokers go."""
    return server.registry_url


class Load(threading.Thread):
    """Numbered records to all topics, a few of them bad, until told to end."""

    def __init__(self, worker):
        super().__init__()
        self.schema_id = register(worker, TOPICS[0], COUNTER_SCHEMA)
        self.sender = Sender(worker, **{"enable.idempotence": True})
        self.is_over = threading.Event()

    def run(self):
        for number in itertools.count():
            if self.is_over.wait(0.01):
                break
            for topic in TOPICS:
                is_bad = number % BAD_EVERY == 7
                value = b"\1bad %d" % number if is_bad else encode(
                    self.schema_id, COUNTER_SCHEMA, counter_record(number))
                self.sender.send(topic, value, tag=(topic, number, is_bad),
                                 partition=number % PARTITIONS)

    def end(self):
        self.is_over.set()
        self.join()
        self.sender.flush(WAIT_SECONDS)

    def acknowledged(self, topic, is_bad=False):
        """The numbers of the topic's records so far."""
        return sorted(tag[1] for tag, _ in list(self.sender.acknowledged)
                      if tag[0] == topic and tag[2] == is_bad)


def create_topics(cluster, names, partitions):
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    made = admin.create_topics([NewTopic(name, partitions, 3, config={"min.insync.replicas": "2"})
                                for name in names])
    for future in made.values():
        future.result(60)


def await_in_sync(cluster):
    """Until every partition has all its replicas, so that another broker may die."""
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})

    def lagging():
        topics = patiently(lambda: admin.list_topics(timeout=20)).topics.values()
        return sum(len(partition.isrs) < len(partition.replicas)
                   for topic in topics for partition in topic.partitions.values())

    await_value(lambda: int(lagging() == 0), 1, WAIT_SECONDS)


def kill_in_turns(cluster, workers, taken_over):
    """Each broker dies once, with one of the workers; `taken_over` returns when others go on."""
    for node in cluster.nodes:
        time.sleep(3)
        worker = workers[node % 2]
        cluster.kill_node(node)
        worker.kill()
        try:
            time.sleep(5)  # of load
            taken_over()
            worker.start()
        finally:
            cluster.start_node(node)
        await_in_sync(cluster)


def patiently(ask):
    """An answer of a client, which may not know yet that a broker is dead."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return ask()
        except KafkaException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def ends_of(consumer, topic):
    """(partition, how many records it has) of all partitions."""
    return patiently(lambda: [
        (number, consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=20)[1])
        for number in consumer.list_topics(topic, timeout=20).topics[topic].partitions])


def reader_of(cluster):
    return Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "unused",
                     "enable.auto.commit": False})


def count(cluster, topic):
    consumer = reader_of(cluster)
    ends = ends_of(consumer, topic)
    consumer.close()
    return sum(end for _, end in ends)


def read_topic(cluster, topic):
    """All records of all partitions."""
    consumer = reader_of(cluster)
    ends = ends_of(consumer, topic)
    consumer.assign([TopicPartition(topic, number, 0) for number, _ in ends])
    expected = sum(end for _, end in ends)
    records = []
    until = time.monotonic() + WAIT_SECONDS
    while len(records) < expected and time.monotonic() < until:
        records += [record for record in consumer.consume(expected - len(records), 0.5)
                    if not record.error()]
    consumer.close()
    assert len(records) == expected
    return records


def letters_of(cluster, topics):
    """(topic, value) of each dead letter, by where its record came from."""
    letters = []
    for letter in read_topic(cluster, LETTERS):
        topic = dict(letter.headers())["__connect.errors.topic"].decode()
        if topic in topics:
            letters.append((topic, letter.value()))
    return sorted(letters)


# ------------------------------------------------------------------------------ into an InfluxDB


@pytest.fixture
def sink_workers(kafka3, registry_url, influxd, tmp_path):  # noqa: F811
    create_topics(kafka3, TOPICS, PARTITIONS)
    workers = []
    for number in range(2):
        folder = tmp_path / f"worker{number}"
        folder.mkdir()
        workers.append(ClusterServer(
            folder, kafka3.bootstrap, registry_url, "--influx-url", influxd.url,
            "--connector.group=workers", r"--connector.topics=lsst\.sal\.worker.*"))
    yield workers
    for worker in workers:
        worker.close()


def stored(influxd, topic):  # noqa: F811
    series = influxd.query(f'SELECT "number" FROM "{topic}"')[0].get("series", [])
    return [number for _, number in series[0]["values"]] if series else []


def test_workers_and_brokers_that_die_lose_nothing(kafka3, sink_workers, influxd):  # noqa: F811
    for worker in sink_workers:
        worker.start()
    load = Load(sink_workers[0])
    load.start()

    def taken_over():
        """What was acknowledged by now has come to the InfluxDB, through whoever lives."""
        expected = {topic: set(load.acknowledged(topic)) for topic in TOPICS}
        await_value(lambda: sum(expected[topic] <= set(stored(influxd, topic))
                                for topic in TOPICS), len(TOPICS), WAIT_SECONDS)

    try:
        kill_in_turns(kafka3, sink_workers, taken_over)
    finally:
        load.end()
    for topic in TOPICS:
        expected = load.acknowledged(topic)
        await_value(lambda: influxd.count(topic, "number"), len(expected), WAIT_SECONDS)
        assert stored(influxd, topic) == expected
    bad = sorted((topic, b"\1bad %d" % number)
                 for topic in TOPICS for number in load.acknowledged(topic, is_bad=True))
    await_value(lambda: len(letters_of(kafka3, TOPICS)), len(bad), WAIT_SECONDS)
    assert letters_of(kafka3, TOPICS) == bad
    letters = AdminClient({"bootstrap.servers": kafka3.bootstrap}).list_topics(LETTERS, timeout=20)
    assert len(letters.topics[LETTERS].partitions[0].replicas) == 3
    print(f"{len(load.sender.acknowledged)} records, {len(bad)} of them bad")
    for worker in sink_workers:
        worker.stop()


# ------------------------------------------------------------------------- SAL's texts into Avro


@pytest.fixture(params=["run", "serve"])
def transformers(request, kafka3, registry_url, tmp_path):
    """Two: a process each, or a role of two servers that store nothing."""
    workers = []
    for number in range(2):
        folder = tmp_path / f"transformer{number}"
        folder.mkdir()
        server = ClusterServer(folder, kafka3.bootstrap, registry_url, "--connector.topics=nothing",
                               "--saltransform", "on", "--saltransform.subsystems=Test",
                               f"--saltransform.instance=transformer{number}")
        if request.param == "serve":
            workers.append(server)
        else:
            workers.append(texts_of.Transformer(server, folder, "--subsystem", "Test",
                                                "--instance", f"transformer{number}"))
    for topic in ("Test_telemetry", "lsst.sal.Test_number", "lsst.sal.Test_words"):
        delete_topic(kafka3, topic)
    texts_of.init(server, tmp_path, "--partitions", 4, "--replicas", 3)
    yield workers
    for worker in workers:
        if worker.process and worker.process.poll() is None:
            worker.kill()


def delete_topic(cluster, topic):
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    if topic in admin.list_topics(timeout=20).topics:
        admin.delete_topics([topic])[topic].result(60)
        await_value(lambda: int(topic not in admin.list_topics(timeout=20).topics), 1)


def numbers_in(cluster, registry_url, topic):
    """Of the Avro records, in order."""
    latest = requests.get(f"{registry_url}/subjects/{topic}/versions/latest", timeout=20).json()
    schema = fastavro.parse_schema(json.loads(latest["schema"]))
    return sorted(fastavro.schemaless_reader(io.BytesIO(record.value()[5:]), schema)["number"]
                  for record in read_topic(cluster, topic))


def test_transformers_and_brokers_that_die_lose_and_double_nothing(kafka3, registry_url,
                                                                   transformers):
    earlier = letters_of(kafka3, ["Test_telemetry"]) if LETTERS in AdminClient(
        {"bootstrap.servers": kafka3.bootstrap}).list_topics(timeout=20).topics else []
    for transformer in transformers:
        transformer.start()
    # The topics have been made anew: a text that stood at the same place would be the same text.
    texts = texts_of.Texts(kafka3.bootstrap, first_number=1 + 1_000_000 * next(runs),
                           **{"enable.idempotence": True})
    texts.start()

    def counts():
        return [count(kafka3, f"lsst.sal.Test_{name}") for name in ("number", "words")]

    def taken_over():
        before = len(texts.numbers), len(texts.words)
        await_value(lambda: int(all(now >= then for now, then in zip(counts(), before))), 1,
                    WAIT_SECONDS)

    try:
        kill_in_turns(kafka3, transformers, taken_over)
    finally:
        texts.is_over.set()
        texts.join()
    await_value(lambda: sum(counts()), len(texts.numbers) + len(texts.words), WAIT_SECONDS)
    assert numbers_in(kafka3, registry_url, "lsst.sal.Test_number") == texts.numbers
    assert numbers_in(kafka3, registry_url, "lsst.sal.Test_words") == texts.words
    bad = sorted([*earlier, *(("Test_telemetry", b"bad %d" % number) for number in texts.bad)])
    await_value(lambda: len(letters_of(kafka3, ["Test_telemetry"])), len(bad), WAIT_SECONDS)
    assert letters_of(kafka3, ["Test_telemetry"]) == bad
    print(f"{len(texts.numbers)} + {len(texts.words)} texts, {len(texts.bad)} bad")
    for transformer in transformers:
        transformer.stop()
