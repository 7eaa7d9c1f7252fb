# SPDX-License-Identifier: MIT
"""Clients of Kafka as people use them: kcat, confluent-kafka, kafka-python."""
import json
import subprocess
import time

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


def kcat(server, *arguments, text=""):
    done = subprocess.run(["kcat", "-b", server.kafka, *arguments], input=text, text=True,
                          capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def create_topic(server, name, partitions=1, **config):
    admin = AdminClient({"bootstrap.servers": server.kafka})
    wanted = NewTopic(name, partitions, 1, config={key.replace("_", "."): value
                                                   for key, value in config.items()})
    admin.create_topics([wanted])[name].result(20)
    return admin


def produce(server, topic, values, timestamps=None, **settings):
    """Sends and waits; returns the offsets."""
    producer = Producer({"bootstrap.servers": server.kafka, **settings})
    delivered = []

    def on_delivery(error, message):
        assert error is None, error
        delivered.append(message.offset())

    for i, value in enumerate(values):
        keywords = {"timestamp": timestamps[i]} if timestamps else {}
        producer.produce(topic, value, on_delivery=on_delivery, **keywords)
    assert producer.flush(60) == 0
    assert len(delivered) == len(values)
    return delivered


def make_consumer(server, **settings):
    return Consumer({"bootstrap.servers": server.kafka, "group.id": "unused",
                     "enable.auto.commit": False, **settings})


def consume(server, topic, count, offset=0, **settings):
    consumer = make_consumer(server, **settings)
    consumer.assign([TopicPartition(topic, 0, offset)])
    messages = []
    end = time.monotonic() + 60
    while len(messages) < count and time.monotonic() < end:
        messages += consumer.consume(count - len(messages), 0.5)
    consumer.close()
    assert not [message.error() for message in messages if message.error()]
    return messages


# -------------------------------------------------------------------------------------------- kcat

@pytest.mark.parametrize("codec", CODECS)
def test_kcat_round_trip(server, codec):
    topic = f"kcat.{codec}"
    lines = [f"key{i}:value {i} {'x' * (i % 50)}" for i in range(500)]
    kcat(server, "-P", "-t", topic, "-z", codec, "-K:", text="\n".join(lines) + "\n")
    output = kcat(server, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%o %k:%s\\n")
    assert output.splitlines() == [f"{i} {line}" for i, line in enumerate(lines)]


def test_kcat_headers_and_nulls(server):
    kcat(server, "-P", "-t", "kcat.null", "-H", "origin=dome", "-Z", "-K:", text="key:\n")
    output = kcat(server, "-C", "-t", "kcat.null", "-o", "beginning", "-e", "-q",
                  "-f", "%h %k %S\\n")
    assert output == "origin=dome key -1\n"


def test_kcat_lists_topics(server):
    create_topic(server, "kcat.listed", partitions=3)
    listing = json.loads(kcat(server, "-L", "-J", "-t", "kcat.listed"))
    assert [topic["topic"] for topic in listing["topics"]] == ["kcat.listed"]
    assert len(listing["topics"][0]["partitions"]) == 3
    assert [broker["name"] for broker in listing["brokers"]] == [server.kafka]


def test_kcat_offsets_by_time(server):
    create_topic(server, "kcat.times", retention_ms="-1")
    begin = 1_600_000_000_000
    produce(server, "kcat.times", [str(i) for i in range(10)],
            timestamps=[begin + 1000 * i for i in range(10)])
    output = kcat(server, "-C", "-t", "kcat.times", "-o", f"s@{begin + 2500}",
                  "-o", f"e@{begin + 6000}", "-q")
    assert output.split() == ["3", "4", "5"]
    assert kcat(server, "-Q", "-t", f"kcat.times:0:{begin + 4000}").split()[-1] == "4"


# --------------------------------------------------------------------------------- confluent-kafka

@pytest.mark.parametrize("acks", ["0", "1", "all"])
def test_acks(server, acks):
    topic = f"acks.{acks}"
    create_topic(server, topic)
    produce(server, topic, [str(i) for i in range(100)], acks=acks)
    values = [message.value() for message in consume(server, topic, 100)]
    assert values == [str(i).encode() for i in range(100)]


def test_idempotent_producer(server):
    offsets = produce(server, "idempotent", [str(i) for i in range(2000)],
                      **{"enable.idempotence": True, "linger.ms": 1, "batch.num.messages": 50})
    assert offsets == list(range(2000))
    values = [int(message.value()) for message in consume(server, "idempotent", 2000)]
    assert values == list(range(2000))


def test_idempotent_producer_goes_on_after_a_restart(efd):
    """Producer state survives: the next batch of the same producer is neither a gap nor doubled."""
    settings = {"bootstrap.servers": efd.kafka, "enable.idempotence": True}
    producer = Producer(settings)
    efd.ports["kafka"] = int(efd.kafka.rsplit(":", 1)[1])
    offsets = []
    for number in range(3):
        producer.produce("again", str(number),
                         on_delivery=lambda error, message: offsets.append(
                             error or message.offset()))
        assert producer.flush(60) == 0
        efd.kill()
        efd.start()
    assert offsets == [0, 1, 2]
    assert [message.value() for message in consume(efd, "again", 3)] == [b"0", b"1", b"2"]


def test_seek_by_time(server):
    create_topic(server, "seek", retention_ms="-1")
    begin = 1_600_000_000_000
    produce(server, "seek", [str(i) for i in range(1000)],
            timestamps=[begin + 10 * i for i in range(1000)], **{"batch.num.messages": 100})
    consumer = make_consumer(server)
    wanted = [TopicPartition("seek", 0, begin + 5005), TopicPartition("seek", 0, begin + 10**6)]
    found = [consumer.offsets_for_times([one], timeout=20)[0].offset for one in wanted]
    assert found[0] == 501
    assert found[1] == -1  # librdkafka's OFFSET_END: no record is so late
    consumer.assign([TopicPartition("seek", 0, found[0])])
    assert consumer.poll(30).value() == b"501"
    consumer.seek(TopicPartition("seek", 0, 7))
    while (message := consumer.poll(30)).offset() > 7:
        pass
    assert message.value() == b"7"
    assert consumer.get_watermark_offsets(TopicPartition("seek", 0), timeout=20) == (0, 1000)
    consumer.close()


def test_an_offset_out_of_range_is_reset(server):
    produce(server, "beyond", ["a", "b"])
    assert consume(server, "beyond", 1, offset=100, **{"auto.offset.reset": "earliest"})[
        0].value() == b"a"


def test_admin(server):
    admin = create_topic(server, "admin", partitions=4, retention_ms="3600000")
    listed = admin.list_topics(timeout=20)
    assert len(listed.topics["admin"].partitions) == 4
    with pytest.raises(KafkaException) as refused:
        create_topic(server, "admin")
    assert refused.value.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS
    with pytest.raises(KafkaException) as refused:
        create_topic(server, "a b")
    assert refused.value.args[0].code() == KafkaError.TOPIC_EXCEPTION

    resource = ConfigResource(ResourceType.TOPIC, "admin")
    configs = admin.describe_configs([resource])[resource].result(20)
    assert configs["retention.ms"].value == "3600000"
    assert not configs["retention.ms"].is_default
    assert configs["max.message.bytes"].is_default

    admin.delete_topics(["admin"])["admin"].result(20)
    assert "admin" not in admin.list_topics(timeout=20).topics
    with pytest.raises(KafkaException) as refused:
        admin.delete_topics(["admin"])["admin"].result(20)
    assert refused.value.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_partitions_are_separate(server):
    create_topic(server, "parts", partitions=3)
    producer = Producer({"bootstrap.servers": server.kafka})
    for i in range(300):
        producer.produce("parts", str(i), partition=i % 3)
    assert producer.flush(60) == 0
    consumer = make_consumer(server)
    consumer.assign([TopicPartition("parts", p, 0) for p in range(3)])
    seen = {0: [], 1: [], 2: []}
    end = time.monotonic() + 60
    while sum(map(len, seen.values())) < 300 and time.monotonic() < end:
        for message in consumer.consume(300, 0.5):
            seen[message.partition()].append(int(message.value()))
    consumer.close()
    assert seen == {p: list(range(p, 300, 3)) for p in range(3)}


def test_big_messages(server):
    create_topic(server, "big", max_message_bytes="12000000")
    value = bytes(range(256)) * 40_000  # 10 MB
    limits = {"message.max.bytes": 12_000_000}
    produce(server, "big", [value, b"small", value], **limits)
    values = [message.value() for message in consume(server, "big", 3)]
    assert values == [value, b"small", value]


def test_too_big_a_message_is_refused(server):
    create_topic(server, "bounded")
    producer = Producer({"bootstrap.servers": server.kafka, "message.max.bytes": 12_000_000})
    errors = []
    producer.produce("bounded", b"x" * 2_000_000, on_delivery=lambda error, _: errors.append(error))
    assert producer.flush(60) == 0
    assert errors[0].code() == KafkaError.MSG_SIZE_TOO_LARGE


def test_unknown_topic_is_made_by_a_producer(server):
    consumer = make_consumer(server)
    assert "not.there" not in consumer.list_topics(timeout=20).topics
    consumer.close()
    produce(server, "not.there", ["first"])
    topics = AdminClient({"bootstrap.servers": server.kafka}).list_topics(timeout=20).topics
    assert len(topics["not.there"].partitions) == 1


# ------------------------------------------------------------------------------------ kafka-python

@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("codec", [None, "gzip"])
def test_kafka_python(server, codec):
    import kafka
    topic = f"python.{codec}"
    producer = kafka.KafkaProducer(bootstrap_servers=server.kafka, acks="all",
                                   compression_type=codec)
    sent = [producer.send(topic, key=b"k%d" % i, value=b"v%d" % i, headers=[("h", b"1")])
            for i in range(200)]
    producer.flush(60)
    assert [future.get(60).offset for future in sent] == list(range(200))
    producer.close()
    consumer = kafka.KafkaConsumer(bootstrap_servers=server.kafka, consumer_timeout_ms=30_000)
    partition = kafka.TopicPartition(topic, 0)
    consumer.assign([partition])
    assert consumer.end_offsets([partition])[partition] == 200
    consumer.seek(partition, 50)
    got = [next(consumer) for _ in range(150)]
    consumer.close()
    assert [record.value for record in got] == [b"v%d" % i for i in range(50, 200)]
    assert got[0].key == b"k50" and got[0].headers == [("h", b"1")]
