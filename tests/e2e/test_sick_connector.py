# SPDX-License-Identifier: MIT
"""One connector of twenty that cannot deliver its dead letters: the others are stored as ever, and a
kill loses and doubles nothing."""
import time

from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register

LETTERS = "efd.dead-letters"
CONNECTORS = 20
SICK = 3
RECORDS = 10


def until(is_so):
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def topic_of(number):
    return f"sick.{number}"


def letters_of_at_most(server, size):
    """Letters that are longer are refused, also without the record that they stand for."""
    resource = ConfigResource("topic", LETTERS, set_config={"max.message.bytes": str(size),
                                                            "retention.ms": "-1"})
    admin = AdminClient({"bootstrap.servers": server.kafka})
    for done in admin.alter_configs([resource]).values():
        done.result(30)


def send_round(server, number):
    """To each topic; to one of them something that cannot be stored, too."""
    sender = Sender(server)
    for connector in range(CONNECTORS):
        schema_id = register(server, topic_of(connector), COUNTER_SCHEMA)
        if connector == SICK:
            sender.send(topic_of(connector), b"no Avro")
        for record in range(RECORDS):
            sender.send(topic_of(connector),
                        encode(schema_id, COUNTER_SCHEMA, counter_record(number * RECORDS + record)))
    sender.flush()


def await_round(server, number):
    wanted = list(range((number + 1) * RECORDS))
    for connector in range(CONNECTORS):
        query = f'SELECT number FROM "{topic_of(connector)}"'
        until(lambda query=query: sorted(server.column(query, "number")) == wanted)


def make_topics(server):
    admin = AdminClient({"bootstrap.servers": server.kafka})
    topics = [NewTopic(topic_of(connector), 1, 1) for connector in range(CONNECTORS)]
    for done in admin.create_topics(topics).values():
        done.result(30)


def test_it_holds_up_nobody_and_a_kill_doubles_nothing(make_server):
    connectors = [f"--connector.c{number}.topics=sick\\.{number}" for number in range(CONNECTORS)]
    server = make_server("--store.flush_interval_ms=200", *connectors).start()
    make_topics(server)
    letters_of_at_most(server, 1)
    for number in range(3):
        files = server.metric("efd_store_files")
        send_round(server, number)
        await_round(server, number)
        until(lambda: server.metric("efd_store_files") > files)
        until(lambda: server.metric("efd_store_memory_rows") == (number + 1) * RECORDS)
        assert f"connector c{SICK}: commits leave out" in server.sick()["pipeline"]
        server.kill()
        server.start()
        await_round(server, number)
    letters_of_at_most(server, 1_000_000)
    until(lambda: server.metric("efd_store_memory_rows") == 0)
    until(lambda: "pipeline" not in server.sick())
    server.kill()
    server.start()
    await_round(server, 2)
    assert server.metric("efd_dead_letters_total") == 0, "all of them are there already"
    server.stop()
