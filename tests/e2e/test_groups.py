# SPDX-License-Identifier: MIT
"""Consumer groups with real clients: kcat, confluent-kafka, kafka-python, aiokafka."""
import asyncio
import subprocess
import sys
import threading
import time

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from test_client_matrix import batches, fetch
from test_kafka_clients import create_topic, produce

PATIENCE_SECONDS = 60


class Member:
    """A consumer in a thread of its own, which notes what it gets and has."""

    def __init__(self, server, topic, group="g", **settings):
        self.consumer = Consumer({
            "bootstrap.servers": server.kafka, "group.id": group, "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 500, "auto.offset.reset": "earliest",
            "enable.auto.commit": False, **settings})
        self.values = []
        self.partitions = set()
        self.assignments = 0
        self.revoked = 0
        self.cooperative = "cooperative" in settings.get("partition.assignment.strategy", "")
        self.consumer.subscribe([topic], on_assign=self.on_assign, on_revoke=self.on_revoke,
                                on_lost=self.on_revoke)
        self.stopping = threading.Event()
        self.commit_all = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def on_assign(self, _, partitions):
        self.assignments += 1
        self.partitions |= {partition.partition for partition in partitions}

    def on_revoke(self, _, partitions):
        self.revoked += len(partitions)
        self.partitions -= {partition.partition for partition in partitions}

    def run(self):
        while not self.stopping.is_set():
            message = self.consumer.poll(0.1)
            if message is not None and not message.error():
                self.values.append(message.value().decode())
            if self.commit_all.is_set():
                self.consumer.commit(asynchronous=False)
                self.commit_all.clear()
        self.consumer.close()

    def commit(self):
        self.commit_all.set()
        wait_until(lambda: not self.commit_all.is_set())

    def close(self):
        self.stopping.set()
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive()


@pytest.fixture
def member():
    members = []

    def start(*arguments, **settings):
        members.append(Member(*arguments, **settings))
        return members[-1]

    yield start
    for one in members:
        one.close()


def wait_until(is_so):
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "patience is over"
        time.sleep(0.02)


def committed(server, group, topic, partition=0):
    admin = AdminClient({"bootstrap.servers": server.kafka})
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, partition)])
    found = admin.list_consumer_group_offsets([asked])[group].result(20)
    return found.topic_partitions[0].offset


def test_kcat_in_a_group(efd):
    server = efd
    create_topic(server, "t", 2)
    for half in (range(10), range(10, 20)):  # without keys a run of kcat may take one partition
        subprocess.run(["kcat", "-b", server.kafka, "-P", "-t", "t", "-p", str(half[0] // 10)],
                       input="\n".join(map(str, half)), text=True, check=True,
                       timeout=PATIENCE_SECONDS)
    command = ["kcat", "-b", server.kafka, "-G", "g", "-X", "auto.offset.reset=earliest",
               "-e", "-q", "t"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert sorted(done.stdout.split(), key=int) == [str(i) for i in range(20)], done.stderr
    # What it has read is committed: another run has nothing to read.
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.stdout == ""


def test_a_consumer_outside_of_a_group_closes_at_once(efd):
    server = efd
    create_topic(server, "t")
    produce(server, "t", ["a"])
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": "simple",
                         "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition("t", 0, 0)])
    assert consumer.poll(PATIENCE_SECONDS).value() == b"a"
    consumer.close()  # commits
    assert committed(server, "simple", "t") == 1


def test_two_members_share_and_the_rest_goes_on(efd, member):
    server = efd
    create_topic(server, "t", 4)
    one = member(server, "t")
    wait_until(lambda: len(one.partitions) == 4)
    two = member(server, "t")
    wait_until(lambda: len(one.partitions) == 2 and len(two.partitions) == 2)
    assert not one.partitions & two.partitions
    for i in range(40):
        produce(server, "t", [str(i)])
    wait_until(lambda: len(one.values) + len(two.values) == 40)
    assert sorted(one.values + two.values, key=int) == [str(i) for i in range(40)]
    two.commit()
    two.close()
    wait_until(lambda: len(one.partitions) == 4)


def test_a_restart_goes_on_where_it_was(efd, member):
    server = efd
    create_topic(server, "t")
    produce(server, "t", ["a", "b", "c"])
    one = member(server, "t")
    wait_until(lambda: one.values == ["a", "b", "c"])
    one.commit()
    one.close()
    produce(server, "t", ["d"])
    two = member(server, "t")
    wait_until(lambda: two.values == ["d"])


def test_kill_keeps_offsets_and_members_go_on(efd, member):
    server = efd
    create_topic(server, "t", 2)
    one = member(server, "t")
    wait_until(lambda: len(one.partitions) == 2)
    produce(server, "t", [str(i) for i in range(10)])
    wait_until(lambda: len(one.values) == 10)
    one.commit()
    before = [committed(server, "g", "t", partition) for partition in (0, 1)]
    address = server.kafka
    server.kill()
    server.ports["kafka"] = int(address.rsplit(":", 1)[1])
    server.start()
    assert [committed(server, "g", "t", partition) for partition in (0, 1)] == before
    produce(server, "t", ["after"])
    wait_until(lambda: one.values[-1] == "after")
    assert len(one.values) == 11, "a member that lived on reads nothing twice"
    assert one.assignments == 1, "and is not rebalanced"


def test_a_static_member_comes_back_to_its_partitions(efd, member):
    server = efd
    create_topic(server, "t", 2)
    one = member(server, "t", **{"group.instance.id": "one", "session.timeout.ms": 30000})
    two = member(server, "t", **{"group.instance.id": "two", "session.timeout.ms": 30000})
    wait_until(lambda: len(one.partitions) == 1 and len(two.partitions) == 1)
    had, assignments = set(one.partitions), two.assignments
    one.close()
    again = member(server, "t", **{"group.instance.id": "one", "session.timeout.ms": 30000})
    wait_until(lambda: again.partitions == had)
    produce(server, "t", [str(i) for i in range(10)])
    wait_until(lambda: len(again.values) + len(two.values) >= 10)
    assert two.assignments == assignments, "the other member has noticed nothing"


def test_cooperative_members_keep_what_stays_theirs(efd, member):
    server = efd
    create_topic(server, "t", 4)
    strategy = {"partition.assignment.strategy": "cooperative-sticky"}
    one = member(server, "t", **strategy)
    wait_until(lambda: len(one.partitions) == 4)
    two = member(server, "t", **strategy)
    wait_until(lambda: len(one.partitions) == 2 and len(two.partitions) == 2)
    assert one.revoked == 2


def test_a_member_that_dies_is_replaced(efd, member):
    server = efd
    create_topic(server, "t", 2)
    code = ("import sys; from confluent_kafka import Consumer; "
            "c = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': 'g', "
            "'session.timeout.ms': 6000}); c.subscribe(['t']); "
            "[c.poll(0.1) for _ in range(10000)]")
    other = subprocess.Popen([sys.executable, "-c", code, server.kafka])
    one = member(server, "t")
    wait_until(lambda: len(one.partitions) == 1)
    other.kill()
    other.wait()
    wait_until(lambda: len(one.partitions) == 2)


def send_by_kafka_python(kafka, server, numbers):
    producer = kafka.KafkaProducer(bootstrap_servers=server.kafka, acks="all")
    sent = [producer.send("t", str(number).encode()) for number in numbers]
    for future in sent:
        future.get(PATIENCE_SECONDS)
    producer.close()


def test_kafka_python_in_a_group(efd):
    kafka = pytest.importorskip("kafka")
    server = efd
    create_topic(server, "t", 2)
    send_by_kafka_python(kafka, server, range(10))
    settings = dict(bootstrap_servers=server.kafka, group_id="python",
                    auto_offset_reset="earliest", enable_auto_commit=False,
                    consumer_timeout_ms=PATIENCE_SECONDS * 1000)
    consumer = kafka.KafkaConsumer("t", **settings)
    values = sorted(int(next(consumer).value) for _ in range(10))
    assert values == list(range(10))
    consumer.commit()
    consumer.close()
    send_by_kafka_python(kafka, server, [10])
    consumer = kafka.KafkaConsumer("t", **settings)
    assert next(consumer).value == b"10"
    consumer.close(autocommit=False)
    admin = kafka.KafkaAdminClient(bootstrap_servers=server.kafka)
    assert ("python", "consumer") in admin.list_consumer_groups()
    assert admin.describe_consumer_groups(["python"])[0].state == "Empty"
    offsets = admin.list_consumer_group_offsets("python")
    assert sum(offset.offset for offset in offsets.values()) == 10
    admin.close()


class AioMember:
    """An aiokafka consumer, read by a task of its own until it leaves."""

    def __init__(self, aiokafka, server):
        self.consumer = aiokafka.AIOKafkaConsumer(
            "t", bootstrap_servers=server.kafka, group_id="aio", auto_offset_reset="earliest",
            enable_auto_commit=False, session_timeout_ms=6000, heartbeat_interval_ms=500)
        self.records = []
        self.reading = None

    async def start(self):
        await self.consumer.start()
        self.reading = asyncio.create_task(self.read())
        return self

    async def read(self):
        async for record in self.consumer:
            self.records.append((record.key, record.value, list(record.headers)))

    async def leave(self):
        """What has been read is committed, then given up."""
        self.reading.cancel()
        await asyncio.gather(self.reading, return_exceptions=True)
        await self.consumer.commit()
        await self.consumer.stop()


async def aio_until(is_so):
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "patience is over"
        await asyncio.sleep(0.02)


async def aio_send(aiokafka, server, codec, numbers):
    """Idempotent, acks=all; returns the records as a consumer has to see them."""
    producer = aiokafka.AIOKafkaProducer(
        bootstrap_servers=server.kafka, acks="all", enable_idempotence=True,
        compression_type=None if codec == "none" else codec)
    await producer.start()
    sent = [(b"key %d" % number, f"{codec} {number} {'x' * 500}".encode(),
             [("codec", codec.encode()), ("empty", b"")]) for number in numbers]
    delivered = [await producer.send("t", value, key=key, headers=headers)
                 for key, value, headers in sent]
    await asyncio.wait_for(asyncio.gather(*delivered), PATIENCE_SECONDS)
    await producer.stop()
    return sent


async def aio_group(aiokafka, server, codecs):
    one = await AioMember(aiokafka, server).start()
    other = await AioMember(aiokafka, server).start()
    members = [one, other]
    await aio_until(lambda: [len(each.consumer.assignment()) for each in members] == [2, 2])
    assert not one.consumer.assignment() & other.consumer.assignment()
    early = [record for codec in codecs
             for record in await aio_send(aiokafka, server, codec, range(100))]
    await aio_until(lambda: len(one.records) + len(other.records) >= len(early))
    assert sorted(one.records + other.records) == sorted(early)
    assert one.records and other.records
    read_before = list(one.records)
    await one.consumer.commit()
    await other.leave()
    await aio_until(lambda: len(one.consumer.assignment()) == 4)
    late = await aio_send(aiokafka, server, "none", range(100, 150))
    await aio_until(lambda: len(one.records) >= len(read_before) + len(late))
    await one.leave()
    assert sorted(one.records) == sorted(read_before + late), "only what is new"


def test_aiokafka_in_a_group(efd):
    """Both sides of it: an idempotent producer with every codec, and two members, one of which
    goes; the other one goes on behind what that one had committed."""
    aiokafka = pytest.importorskip("aiokafka")
    create_topic(efd, "t", 4)
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    asyncio.run(aio_group(aiokafka, efd, codecs))
    assert sum(committed(efd, "aio", "t", partition) for partition in range(4)) == 550
    used = {codec for partition in range(4)
            for _, _, codec, producer_id in batches(fetch(efd.kafka, "t", partition))
            if producer_id >= 0}
    assert used == set(codecs)


def test_groups_are_listed_described_and_deleted(efd, member):
    server = efd
    admin = create_topic(server, "t", 2)
    one = member(server, "t")
    wait_until(lambda: len(one.partitions) == 2)
    produce(server, "t", ["a"])
    wait_until(lambda: one.values == ["a"])
    one.commit()
    listed = admin.list_consumer_groups().result(20).valid
    assert [(group.group_id, group.state.name) for group in listed] == [("g", "STABLE")]
    described = admin.describe_consumer_groups(["g"])["g"].result(20)
    assert described.partition_assignor == "range"
    assert len(described.members) == 1
    assert len(described.members[0].assignment.topic_partitions) == 2
    with pytest.raises(KafkaException, match="NON_EMPTY_GROUP"):
        admin.delete_consumer_groups(["g"])["g"].result(20)
    one.close()
    assert admin.describe_consumer_groups(["g"])["g"].result(20).state.name == "EMPTY"
    asked = ConsumerGroupTopicPartitions("g", [TopicPartition("t", 0, 7)])
    admin.alter_consumer_group_offsets([asked])["g"].result(20)
    assert committed(server, "g", "t") == 7
    admin.delete_consumer_groups(["g"])["g"].result(20)
    assert admin.list_consumer_groups().result(20).valid == []
    assert committed(server, "g", "t") < 0


def test_a_topic_made_anew_has_no_offsets(efd):
    server = efd
    admin = create_topic(server, "t")
    produce(server, "t", ["a"])
    asked = ConsumerGroupTopicPartitions("g", [TopicPartition("t", 0, 1)])
    admin.alter_consumer_group_offsets([asked])["g"].result(20)
    assert committed(server, "g", "t") == 1
    admin.delete_topics(["t"])["t"].result(20)
    create_topic(server, "t")
    assert committed(server, "g", "t") < 0
