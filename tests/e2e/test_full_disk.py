# SPDX-License-Identifier: MIT
"""A disk that fills while clients produce: nothing acknowledged is lost, nothing is there twice."""
import random
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

from avro_records import COUNTER_SCHEMA, counter_record, encode, register
from conftest import await_value

TOPIC = "lsst.sal.counter"
SMALL_LOG = ("--log.disk_reserve_bytes=16777216", "--log.wal_bytes_max=16777216",
             "--log.checkpoint_bytes=4194304")


class Numbers:
    """An ordinary producer that sends one number after the other, and what it was told of each."""

    def __init__(self, server, **settings):
        self.schema_id = register(server, TOPIC, COUNTER_SCHEMA)
        self.producer = Producer({"bootstrap.servers": server.kafka, "acks": "all", "linger.ms": 1,
                                  "message.timeout.ms": 300_000, "request.timeout.ms": 120_000,
                                  "enable.idempotence": False, **settings})
        self.sent = 0
        self.acknowledged = []
        self.failed = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.stopping.is_set():
            self.send()
            self.producer.poll(0)
            time.sleep(0.0002)

    def send(self, noise=0):
        """With so many values that do not compress."""
        number = self.sent
        self.sent += 1

        def delivered(error, _):
            (self.failed if error else self.acknowledged).append(number)
        record = counter_record(number)
        record["values"] += [random.random() for _ in range(noise)]
        value = encode(self.schema_id, COUNTER_SCHEMA, record)
        try:
            self.producer.produce(TOPIC, value, on_delivery=delivered)
        except BufferError:
            self.sent -= 1

    def stop(self):
        self.stopping.set()
        self.thread.join()


def log_count(server):
    """How many records an ordinary consumer finds in the log."""
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": "all"})
    partition = TopicPartition(TOPIC, 0, 0)
    _, end = consumer.get_watermark_offsets(partition, timeout=30)
    consumer.assign([partition])
    count = 0
    while consumer.position([partition])[0].offset < end:
        count += len(consumer.consume(10_000, 1))
    consumer.close()
    return count


def stored_numbers(server):
    return server.column(f'SELECT "number" FROM "{TOPIC}"', "number")


def intake_is_closed(server):
    return server.ready()[0] == 503


def serve_on(disk, make_server, *options):
    server = make_server(*SMALL_LOG, *options)
    server.folder = disk.folder / "data"
    server.folder.mkdir()
    return server.start()


def test_what_a_producer_sends_is_there_once_after_room_is_made(make_server, make_disk):
    """It fills at any moment: within a batch, a group commit, a checkpoint, a flush of the store."""
    disk = make_disk("disk", 96)
    server = serve_on(disk, make_server, "--store.flush_interval_ms=300",
                      "--log.checkpoint_interval_ms=500")
    numbers = Numbers(server)
    numbers.thread.start()
    for seed in range(5):
        time.sleep(random.Random(seed).uniform(0.3, 1.3))
        disk.fill()
        await_value(lambda: intake_is_closed(server), True)
        acknowledged = len(numbers.acknowledged)
        time.sleep(2)
        assert not numbers.failed, "they wait, or are sent again"
        disk.make_room()
        server.await_ready(200)
        await_value(lambda: len(numbers.acknowledged) > acknowledged, True)
    numbers.stop()
    assert numbers.producer.flush(120) == 0
    assert not numbers.failed and len(numbers.acknowledged) == numbers.sent
    server.await_count(TOPIC, "number", numbers.sent)
    assert stored_numbers(server) == list(range(numbers.sent))
    assert log_count(server) == numbers.sent
    server.kill()
    server.start()
    assert stored_numbers(server) == list(range(numbers.sent))
    server.stop()


def test_killed_while_the_disk_is_full(make_server, make_disk):
    """What was acknowledged is there once; what was not, once or not at all."""
    disk = make_disk("disk", 96)
    server = serve_on(disk, make_server)
    numbers = Numbers(server)
    numbers.thread.start()
    time.sleep(1)
    disk.fill()
    await_value(lambda: intake_is_closed(server), True)
    time.sleep(1)
    server.kill()
    numbers.stop()
    numbers.producer.purge()
    numbers.producer.flush(10)
    acknowledged = set(numbers.acknowledged)
    assert 0 < len(acknowledged) < numbers.sent
    server.start()  # on the full disk: what it has is read
    stored = stored_numbers(server)
    assert len(set(stored)) == len(stored) and acknowledged <= set(stored)
    assert stored == list(range(len(stored))), "no batch is there in part, or before another"
    disk.make_room()
    server.await_ready(200)
    assert stored_numbers(server) == stored
    assert log_count(server) == len(stored)
    again = Numbers(server)
    again.sent = len(stored)
    for _ in range(100):
        again.send()
    assert again.producer.flush(60) == 0 and not again.failed
    server.await_count(TOPIC, "number", len(stored) + 100)
    assert stored_numbers(server) == list(range(len(stored) + 100))
    server.stop()


def test_sigterm_on_a_full_disk_ends_with_0(make_server, make_disk):
    """What the store has not committed is in the log."""
    disk = make_disk("disk", 96)
    server = serve_on(disk, make_server, "--store.flush_interval_ms=3600000")
    numbers = Numbers(server)
    for _ in range(1000):
        numbers.send()
    assert numbers.producer.flush(60) == 0
    server.await_count(TOPIC, "number", 1000)
    disk.fill()
    server.stop()
    server.start()
    assert stored_numbers(server) == list(range(1000))
    server.stop()
    disk.make_room()
    server.start()
    server.await_ready(200)
    assert stored_numbers(server) == list(range(1000))
    server.stop()


def test_sigterm_with_a_full_store_ends_with_0(make_server, make_disk):
    """The store's own disk is full, and so is its memory: the lane waits, with more in the log."""
    server = make_server("--store.flush_bytes=1048576", "--store.memory_bytes_max=16777216",
                         "--store.flush_interval_ms=200")
    server.folder.mkdir(exist_ok=True)
    disk = make_disk(f"{server.folder.name}/store", 64)
    server.start()
    numbers = Numbers(server)
    numbers.send()
    assert numbers.producer.flush(60) == 0
    server.await_count(TOPIC, "number", 1)
    disk.fill()
    end = time.monotonic() + 120
    while server.metric("efd_sink_full_waits_total") == 0 and time.monotonic() < end:
        for _ in range(500):
            numbers.send(noise=2_000)
            numbers.producer.poll(0)
    assert server.metric("efd_sink_full_waits_total") > 0
    assert numbers.producer.flush(60) == 0 and not numbers.failed
    assert "No space left on device" in server.sick()["store"]
    server.stop()
    server.start()  # it reads what is there, and waits again
    disk.make_room()
    server.await_count(TOPIC, "number", numbers.sent)
    assert stored_numbers(server) == list(range(numbers.sent))
    server.stop()
