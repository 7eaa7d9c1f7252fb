# SPDX-License-Identifier: MIT
"""MirrorMaker 2 with its defaults, both ways between efd and Apache Kafka: what it copies is equal,
settings follow, and nothing is missing when efd and MirrorMaker die."""
import time
import uuid

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   NewTopic)

from conftest import LIBS
from java_program import JavaProgram

pytestmark = pytest.mark.peers
PARTITIONS = 3
NOW = int(time.time() * 1000)


class Cluster:
    """One of the two, and its topic, which is copied into the other under its name there."""

    def __init__(self, name, bootstrap, topic):
        self.name = name
        self.bootstrap = bootstrap
        self.topic = topic
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        self.producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True,
                                  "delivery.timeout.ms": 600_000})
        self.sent = 0
        made = NewTopic(topic, PARTITIONS, 1, config={"retention.ms": "86400000"})
        self.admin.create_topics([made])[topic].result(60)

    def send(self, count):
        for number in range(self.sent, self.sent + count):
            self.producer.produce(self.topic, f"value {number}", key=f"key {number}",
                                  partition=number % PARTITIONS, headers={"from": self.name},
                                  timestamp=NOW + number)
        self.sent += count

    def flush(self):
        assert self.producer.flush(300) == 0

    def set(self, topic, setting, value):
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        resource.add_incremental_config(
            ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET))
        self.admin.incremental_alter_configs([resource])[resource].result(60)

    def setting(self, topic, setting):
        if topic not in self.admin.list_topics(timeout=30).topics:
            return None
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        return self.admin.describe_configs([resource])[resource].result(60)[setting].value

    def read(self, topic):
        """All that there is, by partition."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": uuid.uuid4().hex,
                             "enable.partition.eof": True})
        known = consumer.list_topics(timeout=30).topics
        found = {p: [] for p in (known[topic].partitions if topic in known else [])}
        consumer.assign([TopicPartition(topic, p, 0) for p in found])
        open_ = set(found)
        while open_:
            message = consumer.poll(30)
            assert message, f"{self.name}: {topic} is not read to its end"
            if message.error():
                open_.discard(message.partition())
                continue
            found[message.partition()].append((message.key(), message.value(),
                                               message.timestamp(), tuple(message.headers() or ())))
        consumer.close()
        return found


def once(records):
    """Without what was copied again after a kill: MirrorMaker copies at least once."""
    return {partition: list(dict.fromkeys(some)) for partition, some in records.items()}


@pytest.fixture
def clusters(kafka, make_server):
    efd = make_server("--connector.topics=nothing").start()
    efd.ports["kafka"] = int(efd.kafka.rpartition(":")[2])
    topic = f"lsst.sal.mirror{uuid.uuid4().hex[:8]}"
    return efd, Cluster("efd", efd.kafka, topic), Cluster("apache", kafka.bootstrap, topic)


@pytest.fixture
def mirror_maker(clusters, tmp_path):
    if not (LIBS / "connect-mirror-4.1.0.jar").is_file():
        pytest.skip("no MirrorMaker in build/peers: `./dev kafka status` fetches it")
    _, ours, theirs = clusters
    settings = {
        "clusters": "efd, apache",
        "efd.bootstrap.servers": ours.bootstrap,
        "apache.bootstrap.servers": theirs.bootstrap,
        "efd->apache.enabled": "true",
        "apache->efd.enabled": "true",
        "topics": ours.topic.replace(".", r"\\."),
        # There is one broker on each side, and a test does not wait for minutes.
        **{f"{what}replication.factor": 1 for what in (
            "", "checkpoints.topic.", "heartbeats.topic.", "offset-syncs.topic.",
            "config.storage.", "offset.storage.", "status.storage.")},
        "refresh.topics.interval.seconds": 2,
        "sync.topic.configs.interval.seconds": 2,
        "offset.flush.interval.ms": 500,
    }
    file = tmp_path / "mirror.properties"
    file.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    program = JavaProgram(tmp_path / "mirror.log", "org.apache.kafka.connect.mirror.MirrorMaker",
                          file)
    yield program.start()
    program.kill()


def await_copies(program, ours, theirs, seconds=300):
    for source, target in ((ours, theirs), (theirs, ours)):
        source.flush()
        expected = source.read(source.topic)
        assert sum(map(len, expected.values())) == source.sent
        copy = f"{source.name}.{source.topic}"
        program.await_true(lambda: once(target.read(copy)) == expected,
                           f"{source.name} to {target.name}", seconds)


def await_settings(program, ours, theirs, value):
    for source, target in ((ours, theirs), (theirs, ours)):
        copy = f"{source.name}.{source.topic}"
        program.await_true(lambda: target.setting(copy, "retention.ms") == value,
                           f"settings of {copy}")


def test_both_ways(clusters, mirror_maker):
    efd, ours, theirs = clusters
    for cluster in (ours, theirs):
        cluster.send(300)
    await_copies(mirror_maker, ours, theirs)
    for source, target in ((ours, theirs), (theirs, ours)):  # nobody has died: each came once
        copied = target.read(f"{source.name}.{source.topic}")
        assert sum(map(len, copied.values())) == source.sent
    await_settings(mirror_maker, ours, theirs, "86400000")
    for cluster in (ours, theirs):
        cluster.set(cluster.topic, "retention.ms", "172800000")
    await_settings(mirror_maker, ours, theirs, "172800000")

    mirror_maker.kill()
    for cluster in (ours, theirs):
        cluster.send(300)
        cluster.flush()
    mirror_maker.start()
    await_copies(mirror_maker, ours, theirs)

    for cluster in (ours, theirs):
        cluster.send(300)
    efd.kill()
    efd.start()
    for cluster in (ours, theirs):
        cluster.send(300)
    await_copies(mirror_maker, ours, theirs)
    log = mirror_maker.log.read_text(errors="replace")
    assert "UnsupportedVersionException" not in log
