# SPDX-License-Identifier: MIT
"""What cannot be stored goes to efd.dead-letters, once, unchanged and with its reason."""
import struct
import time

import pytest
from confluent_kafka import Consumer, TopicPartition

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register

TOPIC = "lsst.sal.counter"
LETTERS = "efd.dead-letters"
UNKNOWN_ID = 99_999


def bad_records(schema_id):
    good = encode(schema_id, COUNTER_SCHEMA, counter_record(1))
    return {
        "garbage": b"not Avro at all \x00\xff",
        "empty": b"",
        "cut off": good[:-3],
        "header only": good[:5],
        "unknown id": b"\0" + struct.pack(">I", UNKNOWN_ID) + good[5:],
    }


def send_good_and_bad(server, sender=None):
    """Each bad record between two good ones; returns what was bad: {key: value}."""
    schema_id = register(server, TOPIC, COUNTER_SCHEMA)
    bad = bad_records(schema_id)
    sender = sender or Sender(server)
    for number, (key, value) in enumerate(bad.items()):
        sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(number)))
        sender.send(TOPIC, value, key=key, headers=[("origin", b"dome")])
    sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(len(bad))))
    sender.flush()
    return bad


def read_letters(server, wanted=0):
    """All letters, as soon as there are `wanted`: they are counted before they are durable."""
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": "unused",
                         "enable.auto.commit": False})  # no groups yet: close() would wait for one
    partition = TopicPartition(LETTERS, 0, 0)
    until = time.monotonic() + 60
    end = -1
    while end < wanted and time.monotonic() < until:
        _, end = consumer.get_watermark_offsets(partition, timeout=20)
    consumer.assign([partition])
    letters = []
    while len(letters) < end and time.monotonic() < until:
        letters += consumer.consume(end - len(letters), 0.5)
    consumer.close()
    return letters


def headers_of(letter):
    return {name: value.decode() for name, value in letter.headers()}


def test_letters_carry_record_and_reason(efd):
    bad = send_good_and_bad(efd)
    efd.await_count(TOPIC, "number", len(bad) + 1)
    efd.await_metric("efd_dead_letters_total", len(bad))
    letters = read_letters(efd, len(bad))
    assert [(letter.key().decode(), letter.value()) for letter in letters] == list(bad.items())
    for number, letter in enumerate(letters):
        headers = headers_of(letter)
        assert headers["__connect.errors.topic"] == TOPIC
        assert headers["__connect.errors.partition"] == "0"
        assert headers["__connect.errors.offset"] == str(2 * number + 1)
        assert headers["__connect.errors.connector.name"]
        assert headers["__connect.errors.stage"] == "VALUE_CONVERTER"
        assert headers["__connect.errors.exception.message"]
        assert headers["origin"] == "dome"
    assert str(UNKNOWN_ID) in headers_of(letters[-1])["__connect.errors.exception.message"]
    assert efd.column(f'SELECT "number" FROM "{TOPIC}"', "number") == list(range(len(bad) + 1))
    assert not efd.sick()


@pytest.mark.parametrize("flush_ms", [200, 3_600_000])
def test_a_kill_doubles_no_letter(make_server, flush_ms):
    """With a commit behind the letters, and without: then the records are read again."""
    server = make_server(f"--store.flush_interval_ms={flush_ms}").start()
    bad = send_good_and_bad(server)
    server.await_metric("efd_dead_letters_total", len(bad))
    server.await_count(TOPIC, "number", len(bad) + 1)
    for _ in range(3):
        server.kill()
        server.start()
    server.await_count(TOPIC, "number", len(bad) + 1)  # `ready` does not wait for a paused one
    letters = read_letters(server, len(bad))
    assert [letter.key().decode() for letter in letters] == list(bad)


def test_a_tombstone_is_skipped(efd):
    schema_id = register(efd, TOPIC, COUNTER_SCHEMA)
    sender = Sender(efd)
    sender.send(TOPIC, None, key="gone")
    sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(1)))
    sender.flush()
    efd.await_count(TOPIC, "number", 1)
    assert efd.metric("efd_sink_tombstones_total") == 1
    assert efd.metric("efd_dead_letters_total") == 0


def test_a_schema_that_comes_late(efd):
    """An id that the registry does not know yet pauses its partition; nothing is condemned."""
    probe = register(efd, "probe", {**COUNTER_SCHEMA, "name": "probe"})
    early = probe + 1
    sender = Sender(efd)
    sender.send(TOPIC, encode(early, COUNTER_SCHEMA, counter_record(1)))
    sender.flush()
    assert register(efd, TOPIC, COUNTER_SCHEMA) == early
    efd.await_count(TOPIC, "number", 1)
    assert efd.metric("efd_dead_letters_total") == 0
