# SPDX-License-Identifier: MIT
"""Settings, partitions and first offsets that change under a running broker: efd, and Apache Kafka
(peers), which answers the same."""
import itertools

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AclBindingFilter, AclOperation, AclPermissionType, AdminClient,
                                   AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions,
                                   NewTopic, ResourcePatternType, ResourceType)

from conftest import await_value

names = itertools.count()
SET, DELETE, APPEND, SUBTRACT = (AlterConfigOpType[name]
                                 for name in ("SET", "DELETE", "APPEND", "SUBTRACT"))
TOPIC, BROKER = ConfigResource.Type.TOPIC, ConfigResource.Type.BROKER


@pytest.fixture(params=["efd", pytest.param("apache", marks=pytest.mark.peers)])
def bootstrap(request):
    if request.param == "efd":
        return request.getfixturevalue("server").kafka
    return request.getfixturevalue("kafka").bootstrap


@pytest.fixture
def admin(bootstrap):
    return AdminClient({"bootstrap.servers": bootstrap})


@pytest.fixture
def topic(admin):
    name = f"changes.{next(names)}"
    create(admin, name)
    return name


def create(admin, name, partitions=1, **config):
    settings = {key.replace("_", "."): value for key, value in config.items()}
    admin.create_topics([NewTopic(name, partitions, 1, config=settings)])[name].result(30)
    await_value(lambda: int(name in admin.list_topics(timeout=20).topics), 1)


def error_of(future):
    """Kafka's code; 0 when it was done."""
    try:
        future.result(30)
        return 0
    except KafkaException as error:
        return error.args[0].code()


def alter(admin, name, *changes, kind=TOPIC, validate_only=False):
    resource = ConfigResource(kind, name)
    for setting, value, operation in changes:
        resource.add_incremental_config(
            ConfigEntry(setting, value, incremental_operation=operation))
    return error_of(admin.incremental_alter_configs([resource],
                                                    validate_only=validate_only)[resource])


def described(admin, name):
    resource = ConfigResource(TOPIC, name)
    return admin.describe_configs([resource])[resource].result(30)


def value_of(admin, name, setting):
    return described(admin, name)[setting].value


def grow(admin, name, count, **options):
    return error_of(admin.create_partitions([NewPartitions(name, count)], **options)[name])


def delete_below(admin, name, offset, partition=0):
    """The low watermark, or the error's code with a minus."""
    asked = TopicPartition(name, partition, offset)
    try:
        return admin.delete_records([asked])[asked].result(30).low_watermark
    except KafkaException as error:
        return -error.args[0].code()


def produce(bootstrap, name, count, partition=0):
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(count):
        producer.produce(name, str(number), key=str(number), partition=partition)
    assert producer.flush(60) == 0


def test_settings(admin, topic):
    assert alter(admin, topic, ("retention.ms", "5000", SET)) == 0
    await_value(lambda: int(value_of(admin, topic, "retention.ms") == "5000"), 1)
    assert alter(admin, topic, ("retention.ms", "7000", SET), validate_only=True) == 0
    assert alter(admin, topic, ("cleanup.policy", "compact", APPEND)) == 0
    await_value(lambda: int(value_of(admin, topic, "cleanup.policy") == "delete,compact"), 1)
    assert alter(admin, topic, ("cleanup.policy", "delete", SUBTRACT),
                 ("retention.ms", "", DELETE)) == 0
    await_value(lambda: int(value_of(admin, topic, "cleanup.policy") == "compact"), 1)
    assert described(admin, topic)["retention.ms"].is_default
    assert "message.format.version" not in described(admin, topic)


@pytest.mark.parametrize("changes, error", [
    ([("retention.ms", "abc", SET)], KafkaError.INVALID_CONFIG),
    ([("no.such", "1", SET)], KafkaError.INVALID_CONFIG),
    ([("compression.type", "rar", SET)], KafkaError.INVALID_CONFIG),
    ([("retention.ms", "1", APPEND)], KafkaError.INVALID_CONFIG),
    ([("no.such", "1", SUBTRACT)], KafkaError.INVALID_CONFIG),
    ([("no.such", "", DELETE)], 0),
    ([("message.format.version", "", DELETE)], 0),
    ([("retention.ms", " 9000 ", SET), ("preallocate", "TRUE", SET)], 0),
])
def test_what_can_be_set(admin, topic, changes, error):
    assert alter(admin, topic, *changes) == error
    assert alter(admin, topic, *changes, validate_only=True) == error


def test_resources(admin, topic):
    one = ("retention.ms", "1000", SET)
    assert alter(admin, "nobody", one) == KafkaError.UNKNOWN_TOPIC_OR_PART
    assert alter(admin, "no body", one) == KafkaError.TOPIC_EXCEPTION
    of_broker = ("num.partitions", "3", SET)
    assert alter(admin, "1", of_broker, kind=BROKER) == KafkaError.INVALID_REQUEST


def test_partitions(admin, bootstrap, topic):
    assert grow(admin, topic, 4, validate_only=True) == 0
    assert len(admin.list_topics(topic, timeout=20).topics[topic].partitions) == 1
    assert grow(admin, topic, 4) == 0
    await_value(lambda: len(admin.list_topics(topic, timeout=20).topics[topic].partitions), 4)
    produce(bootstrap, topic, 10, partition=3)
    assert grow(admin, topic, 4) == KafkaError.INVALID_PARTITIONS
    assert grow(admin, topic, 2) == KafkaError.INVALID_PARTITIONS
    assert grow(admin, "nobody", 2) == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_deleted_records(admin, bootstrap, topic):
    produce(bootstrap, topic, 10)
    assert delete_below(admin, topic, 3) == 3
    assert delete_below(admin, topic, 1) == 3
    assert delete_below(admin, topic, 11) == -KafkaError.OFFSET_OUT_OF_RANGE
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": topic})
    assert consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=20) == (3, 10)
    consumer.close()
    assert delete_below(admin, topic, -1) == 10
    assert alter(admin, topic, ("cleanup.policy", "compact", SET)) == 0
    await_value(lambda: int(value_of(admin, topic, "cleanup.policy") == "compact"), 1)
    assert delete_below(admin, topic, 3) == -KafkaError.POLICY_VIOLATION


def test_there_is_no_access_control(admin):
    any_one = AclBindingFilter(ResourceType.ANY, None, ResourcePatternType.ANY, None, None,
                               AclOperation.ANY, AclPermissionType.ANY)
    assert admin.describe_acls(any_one).result(30) == []


def operations(found):
    return sorted(operation.name for operation in found)


def test_authorized_operations(admin, topic):
    from confluent_kafka import TopicCollection
    asked = admin.describe_topics(TopicCollection([topic]), include_authorized_operations=True)
    assert operations(asked[topic].result(30).authorized_operations) == [
        "ALTER", "ALTER_CONFIGS", "CREATE", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS", "READ",
        "WRITE"]
    cluster = admin.describe_cluster(include_authorized_operations=True).result(30)
    assert operations(cluster.authorized_operations) == [
        "ALTER", "ALTER_CONFIGS", "CLUSTER_ACTION", "CREATE", "DESCRIBE", "DESCRIBE_CONFIGS",
        "IDEMPOTENT_WRITE"]


def test_changes_survive_a_kill(efd):
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    create(admin, "t", retention_ms="1000000")
    produce(efd.kafka, "t", 10)
    assert alter(admin, "t", ("retention.ms", "2000000", SET)) == 0
    assert grow(admin, "t", 3) == 0
    assert delete_below(admin, "t", 7) == 7
    efd.kill()
    efd.start()
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    assert value_of(admin, "t", "retention.ms") == "2000000"
    assert len(admin.list_topics("t", timeout=20).topics["t"].partitions) == 3
    consumer = Consumer({"bootstrap.servers": efd.kafka, "group.id": "g"})
    assert consumer.get_watermark_offsets(TopicPartition("t", 0), timeout=20) == (7, 10)
    consumer.close()


def test_settings_of_the_broker(make_server):
    efd = make_server("--topics.num_partitions=3", "--groups.min_session_timeout_ms=1000").start()
    produce(efd.kafka, "made.on.demand", 1, partition=2)
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    made = admin.list_topics("made.on.demand", timeout=20).topics["made.on.demand"]
    assert len(made.partitions) == 3
    resource = ConfigResource(BROKER, "1")
    told = admin.describe_configs([resource])[resource].result(30)
    assert {name: told[name].value for name in (
        "auto.create.topics.enable", "num.partitions", "group.min.session.timeout.ms",
        "group.max.session.timeout.ms")} == {
            "auto.create.topics.enable": "true", "num.partitions": "3",
            "group.min.session.timeout.ms": "1000", "group.max.session.timeout.ms": "1800000"}
    consumer = Consumer({"bootstrap.servers": efd.kafka, "group.id": "g",
                         "session.timeout.ms": 1000, "heartbeat.interval.ms": 300,
                         "auto.offset.reset": "earliest"})
    consumer.subscribe(["made.on.demand"])
    message = consumer.poll(60)
    assert message and not message.error(), message and message.error()
    consumer.close()


def test_no_topic_is_made_on_demand_when_told_so(make_server):
    efd = make_server("--topics.auto_create=off").start()
    producer = Producer({"bootstrap.servers": efd.kafka, "message.timeout.ms": 5000,
                         "topic.metadata.propagation.max.ms": 500})
    refused = []
    producer.produce("nobody", "value", on_delivery=lambda error, _: refused.append(error))
    producer.flush(60)
    assert refused and refused[0] is not None
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    assert "nobody" not in admin.list_topics(timeout=20).topics
