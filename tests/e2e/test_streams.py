# SPDX-License-Identifier: MIT
"""Kafka Streams on efd: a word count, at least once, that is stopped and loses its state; what its
repartition topic has handed on is deleted."""
import collections

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from conftest import LIBS, ROOT
from java_program import JavaProgram

pytestmark = pytest.mark.peers
LINES = ["the quick brown fox", "jumps over the lazy dog", "the end"] * 50


@pytest.fixture
def words(efd, tmp_path):
    if not (LIBS / "kafka-streams-4.1.0.jar").is_file():
        pytest.skip("no Kafka Streams in build/peers: `./dev kafka status` fetches it")
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    for made in admin.create_topics([NewTopic("lines", 2, 1), NewTopic("counts", 2, 1)]).values():
        made.result(30)
    program = JavaProgram(tmp_path / "streams.log", ROOT / "tests/peers/WordCount.java", efd.kafka,
                          "words", "lines", "counts", tmp_path / "state")
    yield program
    program.kill()


def send(efd, lines):
    producer = Producer({"bootstrap.servers": efd.kafka})
    for line in lines:
        producer.produce("lines", line)
    assert producer.flush(60) == 0


class Counts:
    """The last count of each word, as far as it has come."""

    def __init__(self, efd):
        self.consumer = Consumer({"bootstrap.servers": efd.kafka, "group.id": "test"})
        self.consumer.assign([TopicPartition("counts", p, 0) for p in range(2)])
        self.last = {}

    def read(self):
        for message in self.consumer.consume(1000, timeout=1):
            assert not message.error(), message.error()
            self.last[message.key().decode()] = int(message.value())
        return self.last


def words_of(lines):
    return dict(collections.Counter(word for line in lines for word in line.split()))


def first_offset(efd, topic, partition):
    consumer = Consumer({"bootstrap.servers": efd.kafka, "group.id": "test"})
    try:
        return consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)[0]
    finally:
        consumer.close()


def test_word_count(efd, words, tmp_path):
    counts = Counts(efd)
    send(efd, LINES)
    words.start()
    words.await_true(lambda: counts.read() == words_of(LINES), "the counts")
    purged = "words-words-repartition"
    words.await_true(lambda: any(first_offset(efd, purged, p) > 0 for p in range(2)), "the purge")

    # Its state is read anew from its changelog.
    words.stop()
    state = tmp_path / "state"
    state.rename(tmp_path / "lost state")
    send(efd, LINES)
    words.start()
    words.await_true(lambda: counts.read() == words_of(LINES * 2), "the counts without its state")

    # The broker dies under it.
    efd.kill()
    efd.ports["kafka"] = int(efd.kafka.rpartition(":")[2])
    efd.start()
    send(efd, LINES)
    expected = words_of(LINES * 3)
    words.await_true(lambda: all(counts.read().get(word, 0) >= count
                                 for word, count in expected.items()), "the counts after a kill")
    words.stop()
    counts.consumer.close()
