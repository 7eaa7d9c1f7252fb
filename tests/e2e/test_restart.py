# SPDX-License-Identifier: MIT
"""What a restart, a kill and a changed log do: nothing acknowledged lost, nothing doubled."""
import random
import shutil
import time

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register

TOPIC = "lsst.sal.counter"


def send_numbers(server, numbers, **settings):
    schema_id = register(server, TOPIC, COUNTER_SCHEMA)
    sender = Sender(server, **settings)
    for number in numbers:
        sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(number)), tag=number)
    sender.flush()


def stored_numbers(server):
    return server.column(f'SELECT "number" FROM "{TOPIC}"', "number")


def recreate_topic(server):
    admin = AdminClient({"bootstrap.servers": server.kafka})
    admin.delete_topics([TOPIC])[TOPIC].result(10)
    admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(10)


def test_sigterm_keeps_everything(efd):
    send_numbers(efd, range(1000))
    efd.await_count(TOPIC, "number", 1000)
    efd.stop()
    efd.start()
    assert stored_numbers(efd) == list(range(1000))


def test_kill_keeps_everything(efd):
    send_numbers(efd, range(1000))
    efd.kill()
    efd.start()
    assert stored_numbers(efd) == list(range(1000))


def test_topic_made_anew_while_running(efd):
    """Case (c): the old rows stay, the new topic is read from its start."""
    send_numbers(efd, range(10))
    efd.await_count(TOPIC, "number", 10)
    recreate_topic(efd)
    send_numbers(efd, range(100, 105))
    efd.await_count(TOPIC, "number", 15)
    assert stored_numbers(efd) == [*range(10), *range(100, 105)]


def test_topic_made_anew_while_stopped(make_server):
    """Case (c): the lane is stopped (its topics do not match) while the topic is made anew."""
    server = make_server().start()
    send_numbers(server, range(10))
    server.await_count(TOPIC, "number", 10)
    server.stop()
    server.start("--connector.topics=nothing")
    recreate_topic(server)
    send_numbers(server, range(100, 103))
    server.stop()
    server.start()
    server.await_count(TOPIC, "number", 13)
    assert stored_numbers(server) == [*range(10), *range(100, 103)]


def test_start_with_an_older_copy_of_the_log(efd, tmp_path):
    """Case (d): the log has lost its tail; offsets are given out again and their records stored."""
    send_numbers(efd, range(10))
    efd.await_count(TOPIC, "number", 10)
    efd.stop()
    shutil.copytree(efd.folder / "log", tmp_path / "older-log")
    efd.start()
    send_numbers(efd, range(10, 30))
    efd.await_count(TOPIC, "number", 30)
    efd.stop()
    shutil.rmtree(efd.folder / "log")
    shutil.copytree(tmp_path / "older-log", efd.folder / "log")
    efd.start()
    assert efd.metric("efd_gaps_total") == 1
    send_numbers(efd, range(100, 105))
    efd.await_count(TOPIC, "number", 35)
    assert stored_numbers(efd) == [*range(30), *range(100, 105)]


def test_start_with_a_store_older_than_the_logs_start(efd, tmp_path):
    """Case (e): what the log has dropped meanwhile is a gap; the rest is stored."""
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    admin.create_topics([NewTopic(TOPIC, 1, 1, config={"segment.bytes": "1048576"})])[TOPIC].result(10)
    send_numbers(efd, range(10))
    efd.await_count(TOPIC, "number", 10)
    efd.stop()
    shutil.copytree(efd.folder / "store", tmp_path / "older-store")
    efd.start()
    send_numbers(efd, range(10, 20))
    efd.await_count(TOPIC, "number", 20)
    efd.stop()
    let_retention_drop_all(efd)
    shutil.rmtree(efd.folder / "store")
    shutil.copytree(tmp_path / "older-store", efd.folder / "store")
    efd.start()
    assert efd.metric("efd_gaps_total") == 1
    send_numbers(efd, range(100, 102))
    numbers = [*range(10), *range(100, 102)]
    efd.await_count(TOPIC, "number", len(numbers))
    assert stored_numbers(efd) == numbers


def let_retention_drop_all(server):
    server.start("--log.retention_ms=1", "--log.checkpoint_interval_ms=100",
                 "--store.flush_interval_ms=100")
    await_log_start(server, 20)
    server.stop()


def log_start(server):
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": "unused"})
    low, _ = consumer.get_watermark_offsets(TopicPartition(TOPIC, 0), timeout=20)
    consumer.close()
    return low


def await_log_start(server, expected, seconds=30):
    end = time.monotonic() + seconds
    while (start := log_start(server)) < expected and time.monotonic() < end:
        time.sleep(0.1)
    assert start == expected


def test_retention_keeps_what_the_store_has_not_committed(make_server):
    """Case (f): retention.ms=1000 with the store's flush held off; nothing goes until it commits."""
    server = make_server("--log.checkpoint_interval_ms=200")
    server.start("--store.flush_interval_ms=3600000")
    admin = AdminClient({"bootstrap.servers": server.kafka})
    admin.create_topics([NewTopic(TOPIC, 1, 1, config={"retention.ms": "1000"})])[TOPIC].result(10)
    send_numbers(server, range(100))
    server.await_count(TOPIC, "number", 100)
    time.sleep(4)
    assert log_start(server) == 0
    server.kill()  # the store has committed nothing: all must come from the log again
    server.start("--store.flush_interval_ms=200")
    assert stored_numbers(server) == list(range(100))
    await_log_start(server, 100)


def poll_until_acknowledged(sender, count, seconds=60):
    end = time.monotonic() + seconds
    while len(sender.acknowledged) < count and time.monotonic() < end:
        sender.producer.poll(0.01)
    assert len(sender.acknowledged) >= count


def test_killed_at_random_under_load(make_server):
    """kill -9 at random, 50 times, under acks=all: acknowledged ones are there, once, in order."""
    rounds = 50
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    server = make_server("--store.flush_interval_ms=300", "--log.checkpoint_interval_ms=300").start()
    schema_id = register(server, TOPIC, COUNTER_SCHEMA)
    number, acknowledged = 0, []
    for _ in range(rounds):
        sender = Sender(server, **{"linger.ms": 1, "message.timeout.ms": 60000,
                                   "enable.idempotence": True})
        first, kill_at = number, number + chance.randrange(1, 400)
        while number < kill_at:
            record = {**counter_record(number), "private_efdStamp": 1.7e9}  # log order decides
            sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, record), tag=number)
            number += 1
        poll_until_acknowledged(sender, chance.randrange(0, kill_at - first))
        sender.producer.poll(chance.random() * 0.005)
        server.kill()
        acknowledged += [tag for tag, _ in sender.acknowledged]
        sender.producer.purge()
        sender.producer.poll(0)
        server.start()
    server.stop()
    server.start()
    stored = stored_numbers(server)
    assert len(stored) == len(set(stored)), "rows doubled"
    assert stored == sorted(stored), "order lost"
    assert len(acknowledged) > rounds, "too few acknowledged to tell anything"
    missing = set(acknowledged) - set(stored)
    assert not missing, f"{len(missing)} acknowledged messages lost"
    print(f"kill -9: {rounds} times, {len(acknowledged)} acknowledged, {len(stored)} stored, 0 lost")
