# SPDX-License-Identifier: MIT
"""kafka-python through the clients' script: see ../README.md."""
import json
import logging
import sys
import threading
import time

import kafka
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor

PATIENCE_SECONDS = 60
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
ASSIGNORS = {"eager": RangePartitionAssignor, "cooperative": CooperativeStickyAssignor}


def wait_until(is_so, what):
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


class Member:
    """A consumer in a thread of its own, which commits what it has read, then closes, when told."""

    def __init__(self, brokers, topic, group, assignor):
        self.consumer = kafka.KafkaConsumer(
            bootstrap_servers=brokers, group_id=group, auto_offset_reset="earliest",
            enable_auto_commit=False, session_timeout_ms=10_000, heartbeat_interval_ms=500,
            partition_assignment_strategy=[ASSIGNORS[assignor]])
        # What it learns of its topics once it has joined makes it join again; and if poll() then
        # ends between JoinGroup and SyncGroup, kafka-python 3.0.12 forgets what it was assigned.
        # So it has to know its topic before it joins, and as one that it subscribed to.
        self.consumer.subscribe([topic])
        wait_until(lambda: self.consumer.partitions_for_topic(topic), "the topic")
        self.records = []
        self.partitions = []
        self.stopping, self.committed, self.leaving = (threading.Event() for _ in range(3))
        self.failure = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.stopping.is_set():
                self.read()
            self.commit_in_peace()
            self.committed.set()
            self.leaving.wait(PATIENCE_SECONDS)
            self.consumer.close()
        except Exception as error:
            self.failure = error
            raise

    def read(self):
        for batch in self.consumer.poll(timeout_ms=100).values():
            self.records += map(plain, batch)
        self.partitions = sorted(one.partition for one in self.consumer.assignment())

    def commit_in_peace(self):
        while True:
            try:
                return self.consumer.commit()
            except kafka.errors.RebalanceInProgressError:
                self.read()

    def commit(self):
        self.stopping.set()
        assert self.committed.wait(PATIENCE_SECONDS), f"no commit: {self.failure}"

    def close(self):
        self.leaving.set()
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive(), "a member does not close"
        assert self.failure is None, self.failure


def plain(record):
    headers = {name: value.decode() for name, value in record.headers}
    return [record.partition, record.offset, record.key.decode(), record.value.decode(), headers]


def send(brokers, topic, name, codec, count):
    producer = kafka.KafkaProducer(
        bootstrap_servers=brokers, acks="all", enable_idempotence=True, linger_ms=5,
        compression_type=None if codec == "none" else codec)
    futures = [producer.send(topic, key=f"key-{i % 16}".encode(),
                             value=f"{name} {i} {'x' * i}".encode(),
                             headers=[("codec", name.encode()), ("number", str(i).encode())])
               for i in range(count)]
    told = [future.get(PATIENCE_SECONDS) for future in futures]
    producer.close()
    return [[name, i, one.partition, one.offset] for i, one in enumerate(told)]


def committed(admin, group):
    offsets = admin.list_group_offsets(group)[group]
    return {str(one.partition): value.offset for one, value in offsets.items()}


def described(admin, group):
    found = admin.describe_groups([group])[group]
    return found["group_state"], len(found["members"])


def is_listed(admin, group):
    return group in [one["group_id"] for one in admin.list_groups()]


def two_members(brokers, topic, group, count, assignor, admin):
    members = [Member(brokers, topic, group, assignor) for _ in range(2)]
    wait_until(lambda: [len(one.partitions) for one in members] == [2, 2], "both to have partitions")
    sent = [row for codec in CODECS for row in send(brokers, topic, codec, codec, count)]
    wait_until(lambda: sum(len(one.records) for one in members) >= len(sent), "all records")
    state, number = described(admin, group)
    for one in members:
        one.commit()
    for one in members:
        one.close()
    return {"sent": sent, "live": {"state": state, "members": number},
            "members": [{"partitions": one.partitions, "records": one.records} for one in members]}


def come_again(brokers, topic, group, count, assignor):
    sent = send(brokers, topic, "late", "none", count)
    again = Member(brokers, topic, group, assignor)
    wait_until(lambda: len(again.records) >= count, "the late records")
    again.commit()
    again.close()
    return {"sent": sent, "late": again.records}


def clean_up(admin, topic, gone, group):
    result = {"listed": is_listed(admin, group), "idle_state": described(admin, group)[0],
              "committed_after": committed(admin, group)}
    admin.delete_group_offsets(group, [kafka.TopicPartition(topic, 0)])
    result["offsets_after_deletion"] = committed(admin, group)
    admin.delete_groups([group])
    admin.delete_topics([gone])
    result["group_deleted"] = not is_listed(admin, group)
    # Apache Kafka's controller answers before the broker that lists the topics has heard of it.
    wait_until(lambda: gone not in admin.list_topics(), "the deleted topic to be gone")
    return {**result, "topic_deleted": True}


def main(brokers, topic, group, count, assignor):
    logging.basicConfig(level=logging.WARNING)
    count = int(count)
    admin = kafka.KafkaAdminClient(bootstrap_servers=brokers)
    gone = f"{topic}.gone"
    admin.create_topics({topic: {"num_partitions": 4, "replication_factor": 1},
                         gone: {"num_partitions": 1, "replication_factor": 1}})
    result = {"client": "kafka-python", "version": kafka.__version__, "codecs": CODECS,
              "partitions": len(admin.describe_topics([topic])[0]["partitions"])}
    result |= two_members(brokers, topic, group, count, assignor, admin)
    result["committed"] = committed(admin, group)
    late = come_again(brokers, topic, group, count, assignor)
    result["sent"] += late["sent"]
    result |= {"late": late["late"], **clean_up(admin, topic, gone, group)}
    admin.close()
    print(json.dumps(result))


main(*sys.argv[1:])
