# SPDX-License-Identifier: MIT
"""`efd serve` over a Kafka cluster: our own server in that role, and Apache Kafka (peers)."""
import itertools
import time

import pytest
import requests
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register
from conftest import ClusterServer, Server, await_value, run_efd

topic_numbers = itertools.count()
NOW = int(time.time() * 1000)  # of records that are sent twice


class OurCluster:
    """An `efd serve` that only keeps the log."""

    def __init__(self, folder):
        folder.mkdir()
        self.server = Server(folder, "--connector.topics=nothing").start()
        self.server.ports["kafka"] = int(self.server.kafka.rpartition(":")[2])
        self.bootstrap = self.server.kafka

    def stop(self):
        self.server.stop()

    def start(self):
        self.server.start()


@pytest.fixture(scope="module")
def our_cluster(tmp_path_factory):
    cluster = OurCluster(tmp_path_factory.mktemp("cluster") / "log")
    yield cluster
    cluster.server.close()


@pytest.fixture(params=["efd", pytest.param("apache", marks=[pytest.mark.peers, pytest.mark.smoke]),
                        pytest.param("apache3", marks=pytest.mark.peers)])
def cluster(request):
    names = {"efd": "our_cluster", "apache": "kafka", "apache3": "kafka3"}
    return request.getfixturevalue(names[request.param])


@pytest.fixture(scope="module")
def registry_url(server):
    """Of a server beside the cluster, so that it stays when the cluster goes."""
    return server.registry_url


@pytest.fixture
def topic():
    return f"lsst.sal.counter{next(topic_numbers)}"


@pytest.fixture
def worker(cluster, registry_url, topic, tmp_path):
    folder = tmp_path / "worker"
    folder.mkdir()
    create(cluster, topic)
    worker = ClusterServer(folder, cluster.bootstrap, registry_url, f"--connector.topics={topic}",
                           "--store.flush_interval_ms=300")
    yield worker.start()
    worker.close()


def create(cluster, topic, partitions=1):
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    admin.create_topics([NewTopic(topic, partitions, -1)])[topic].result(20)


def recreate(cluster, topic):
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    admin.delete_topics([topic])[topic].result(20)
    end = time.monotonic() + 30
    while topic in admin.list_topics(timeout=20).topics and time.monotonic() < end:
        time.sleep(0.05)
    create(cluster, topic)


def send(worker, topic, numbers, partition=0, **keywords):
    schema_id = register(worker, topic, COUNTER_SCHEMA)
    sender = Sender(worker)
    for number in numbers:
        sender.send(topic, encode(schema_id, COUNTER_SCHEMA, counter_record(number)), tag=number,
                    partition=partition, **keywords)
    sender.flush()


def stored(worker, topic):
    return worker.column(f'SELECT "number" FROM "{topic}"', "number")


def await_stored(worker, topic, numbers):
    worker.await_count(topic, "number", len(numbers))
    assert stored(worker, topic) == list(numbers)


def test_every_record_is_stored_once_whatever_dies(worker, topic):
    send(worker, topic, range(1000))
    await_stored(worker, topic, range(1000))
    worker.stop()
    send(worker, topic, range(1000, 1500))
    worker.start()
    await_stored(worker, topic, range(1500))
    for first in range(1500, 2500, 100):
        send(worker, topic, range(first, first + 100))
        worker.kill()
        worker.start()
    await_stored(worker, topic, range(2500))
    assert worker.metric("efd_gaps_total") == 0
    assert "kafka" not in worker.addresses and "registry" not in worker.addresses


def test_topics_and_partitions_that_come_later(cluster, worker, topic, tmp_path, registry_url):
    worker.stop()
    worker.options = tuple(option.replace(f"{topic}", f"{topic}.*") for option in worker.options)
    worker.start()
    later = topic + "_later"
    create(cluster, later, partitions=3)
    for partition in range(3):
        send(worker, later, range(10 * partition, 10 * partition + 10), partition)
    await_stored(worker, later, range(30))


@pytest.mark.parametrize("count", [3, 40])
def test_topic_made_anew_while_stopped(cluster, worker, topic, count):
    """Case (c), with a new topic that is shorter, and longer, than what was read of the old one."""
    send(worker, topic, range(10))
    await_stored(worker, topic, range(10))
    worker.stop()
    recreate(cluster, topic)
    send(worker, topic, range(100, 100 + count))
    worker.start()
    await_stored(worker, topic, [*range(10), *range(100, 100 + count)])
    assert worker.metric("efd_gaps_total") == 1
    worker.stop()
    worker.start()
    send(worker, topic, range(500, 510))
    await_stored(worker, topic, [*range(10), *range(100, 100 + count), *range(500, 510)])


def test_topic_made_anew_while_running(cluster, worker, topic):
    send(worker, topic, range(10))
    await_stored(worker, topic, range(10))
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    admin.delete_topics([topic])[topic].result(20)
    time.sleep(3)  # seen to be gone by two looks
    create(cluster, topic)
    send(worker, topic, range(100, 105))
    await_stored(worker, topic, [*range(10), *range(100, 105)])


def test_log_that_lost_its_tail(cluster, worker, topic):
    """Case (d): what stands there still is recognised by an older record."""
    send(worker, topic, range(10), timestamp=NOW)
    await_stored(worker, topic, range(10))
    worker.stop()  # commits
    worker.start()
    send(worker, topic, range(10, 20), timestamp=NOW)
    await_stored(worker, topic, range(20))
    worker.stop()
    recreate(cluster, topic)
    send(worker, topic, range(10), timestamp=NOW)
    send(worker, topic, range(100, 105), timestamp=NOW)
    worker.start()
    await_stored(worker, topic, [*range(20), *range(100, 105)])
    assert worker.metric("efd_gaps_total") == 1
    worker.stop()
    worker.start()
    await_stored(worker, topic, [*range(20), *range(100, 105)])


@pytest.mark.peers
@pytest.mark.parametrize("cluster", ["apache"], indirect=True)
def test_log_that_starts_later(cluster, worker, topic):
    """Case (e): a gap."""
    send(worker, topic, range(10))
    await_stored(worker, topic, range(10))
    worker.stop()
    send(worker, topic, range(10, 30))
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap})
    before = TopicPartition(topic, 0, 20)
    admin.delete_records([before])[before].result(20)
    worker.start()
    await_stored(worker, topic, [*range(10), *range(20, 30)])
    assert worker.metric("efd_gaps_total") == 1


def test_outage_of_the_cluster(cluster, worker, topic):
    send(worker, topic, range(10))
    await_stored(worker, topic, range(10))
    worker.await_ready(200)
    cluster.stop()
    worker.await_ready(503)
    assert "Kafka cluster" in worker.sick()["pipeline"]
    # What is stored can be read, so clients that ask first are told to.
    health = requests.get(worker.influx_url + "/health", timeout=30)
    assert health.status_code == 200 and "Kafka cluster" in health.json()["message"]
    assert stored(worker, topic) == list(range(10))
    cluster.start()
    send(worker, topic, range(10, 20))
    await_stored(worker, topic, range(20))
    worker.await_ready(200)
    assert not worker.sick()


def letters_of(cluster, topic):
    consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "unused",
                         "enable.auto.commit": False})
    partition = TopicPartition("efd.dead-letters", 0)
    _, end = consumer.get_watermark_offsets(partition, timeout=20)
    consumer.assign([TopicPartition("efd.dead-letters", 0, 0)])
    letters, next_offset = [], 0
    while next_offset < end:
        if (message := consumer.poll(20)) and not message.error():
            next_offset = message.offset() + 1
            headers = dict(message.headers())
            if headers["__connect.errors.topic"] == topic.encode():
                letters.append(message.value())
    consumer.close()
    return letters


def send_bad(worker, topic, value):
    sender = Sender(worker)
    sender.send(topic, value)
    sender.flush()


def test_dead_letters_go_to_the_cluster(cluster, worker, topic):
    send_bad(worker, topic, b"\1no Avro")
    worker.await_metric("efd_dead_letters_total", 1)
    send(worker, topic, range(3))
    await_stored(worker, topic, range(3))
    worker.stop()
    recreate(cluster, topic)
    send_bad(worker, topic, b"\1another at the same offset")
    worker.start()
    worker.await_metric("efd_dead_letters_total", 1)
    worker.stop()
    assert letters_of(cluster, topic) == [b"\1no Avro", b"\1another at the same offset"]


def test_what_makes_no_sense_is_refused(tmp_path):
    alone = run_efd("serve", "--data", tmp_path, "--broker", "127.0.0.1:1")
    assert alone.returncode == 2 and "needs --registry-url" in alone.stderr
    away = run_efd("serve", "--data", tmp_path, "--broker", "127.0.0.1:1",
                   "--registry-url", "http://127.0.0.1:1")
    assert away.returncode == 1
    assert away.stderr.splitlines() == [
        "efd: cannot reach Kafka at 127.0.0.1:1: Connection refused; is it running?"]
    unknown = run_efd("serve", "--data", tmp_path, "--broker", "127.0.0.1:1",
                      "--registry-url", "http://127.0.0.1:1", "--broker-set", "no.such=1")
    assert unknown.returncode == 1 and "no.such" in unknown.stderr
    settings = run_efd("serve", "--data", tmp_path, "--broker-set", "security.protocol=ssl")
    assert settings.returncode == 2 and "need --broker" in settings.stderr


@pytest.mark.parametrize("setting, word", [
    ('"no.such.thing" = "1"', "no.such.thing"),
    ('"socket.timeout.ms" = "soon"', "socket.timeout.ms"),
    ('"security.protocol" = "SSL"', "SSL")])  # known, and taken: our listener does not speak it
def test_librdkafkas_settings_in_the_file(our_cluster, tmp_path, setting, word):
    file = tmp_path / "efd.toml"
    file.write_text(f"[broker.librdkafka]\n{setting}\n")
    done = run_efd("serve", "--data", tmp_path / "data", "--config", file, "--broker",
                   our_cluster.bootstrap, "--registry-url", our_cluster.server.registry_url,
                   "--influx", "127.0.0.1:0")
    assert done.returncode != 0 and "ready" not in done.stdout
    assert word in done.stderr, done.stderr
