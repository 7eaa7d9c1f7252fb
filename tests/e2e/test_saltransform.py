# SPDX-License-Identifier: MIT
"""SAL's texts in, Avro records out: by a process of its own, and as a role of the server."""
import json
import os
import random
import re
import signal
import subprocess
import threading
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from avro_records import Sender
from conftest import (PROGRAM, START_SECONDS_MAX, STOP_SECONDS_MAX, await_value, read_metric,
                      run_efd)

LETTERS = "efd.dead-letters"
PRODUCED, SKIPPED = "saltransform_produced_total", "saltransform_skipped_total"
KILLS = int(os.environ.get("EFD_KILLS", "50"))

XML = """<?xml version="1.0" encoding="UTF-8"?>
<SALTelemetrySet>
 <SALTelemetry><Subsystem>Test</Subsystem><EFDB_Topic>Test_number</EFDB_Topic>
  <item><EFDB_Name>number</EFDB_Name><IDL_Type>long</IDL_Type><Count>1</Count></item>
  <item><EFDB_Name>values</EFDB_Name><IDL_Type>float</IDL_Type><Count>3</Count></item>
 </SALTelemetry>
 <SALTelemetry><Subsystem>Test</Subsystem><EFDB_Topic>Test_words</EFDB_Topic>
  <item><EFDB_Name>number</EFDB_Name><IDL_Type>long</IDL_Type><Count>1</Count></item>
  <item><EFDB_Name>first</EFDB_Name><IDL_Type>string</IDL_Type><Count>1</Count></item>
  <item><EFDB_Name>second</EFDB_Name><IDL_Type>string</IDL_Type><Count>1</Count></item>
 </SALTelemetry>
</SALTelemetrySet>
"""
PREAMBLE = "'LSST TEST REVCODE' , 1547758756.335189 , 1547758754.901990 , 9940 , 1 , 2"


def number_text(number):
    return f"Test_telemetry Test_number:( {PREAMBLE} , {number} , 0.500000, nan, {number}.250000 )"


def words_text(number, first, second):
    return f"Test_telemetry Test_words:( {PREAMBLE} , {number} , '{first}' , '{second}' )"


class Transformer:
    """`efd saltransform run` against a server."""

    def __init__(self, server, tmp_path, *options):
        self.command = [PROGRAM, "saltransform", "run", "--broker", server.kafka, "--registry-url",
                        server.registry_url, "--metrics", "127.0.0.1:0", *options]
        self.log = tmp_path / "saltransform.log"
        self.process = None
        self.metrics = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=log,
                                            text=True)
        begin = time.monotonic()
        for line in self.process.stdout:
            if line.startswith("listening metrics "):
                self.metrics = line.split()[-1]
            if line.startswith("ready"):
                return self
            assert time.monotonic() - begin < START_SECONDS_MAX
        raise AssertionError(self.log.read_text()[-2000:])

    def metric(self, name):
        return read_metric("http://" + self.metrics, name)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(STOP_SECONDS_MAX) == 0, self.log.read_text()[-2000:]


@pytest.fixture
def transformer(efd, tmp_path):
    running = Transformer(efd, tmp_path)
    yield running
    if running.process and running.process.poll() is None:
        running.kill()


def init(server, tmp_path, *options):
    xml = tmp_path / "Test_Telemetry.xml"
    xml.write_text(XML)
    done = run_efd("saltransform", "init", "--xml", xml, "--broker", server.kafka,
                   "--registry-url", server.registry_url, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def send(server, topic, *texts):
    """As kcat does: one message a text, no key."""
    subprocess.run(["kcat", "-P", "-b", server.kafka, "-t", topic], input="\n".join(texts),
                   text=True, check=True, timeout=60)


def read_all(server, topic):
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": "unused",
                         "enable.auto.commit": False})
    partition = TopicPartition(topic, 0, 0)  # the only one
    _, end = consumer.get_watermark_offsets(partition, timeout=20)
    consumer.assign([partition])
    records = []
    until = time.monotonic() + 60
    while len(records) < end and time.monotonic() < until:
        records += consumer.consume(end - len(records), 0.5)
    consumer.close()
    assert len(records) == end
    return records


def headers_of(record):
    return {name: value.decode() for name, value in record.headers() or []}


def test_init_makes_topics_and_schemas(efd, tmp_path):
    assert init(efd, tmp_path) == "2 schemas registered, 6 topics made, 0 there already\n"
    topics = AdminClient({"bootstrap.servers": efd.kafka}).list_topics(timeout=20).topics
    assert {"Test_command", "Test_event", "Test_logevent", "Test_telemetry",
            "lsst.sal.Test_number", "lsst.sal.Test_words"} <= set(topics)
    assert init(efd, tmp_path) == "2 schemas registered, 0 topics made, 6 there already\n"


def check_texts(server):
    """Texts become rows, with header fields and strings as they were."""
    send(server, "Test_telemetry", number_text(1), number_text(2), words_text(3, "it's", "a (b)"))
    server.await_count("lsst.sal.Test_number", "number", 2)
    server.await_count("lsst.sal.Test_words", "number", 1)
    row = server.query('SELECT * FROM "lsst.sal.Test_number" WHERE "number" = 2')[0]["series"][0]
    row = dict(zip(row["columns"], row["values"][0]))
    assert row["values0"] == 0.5 and row["values1"] is None and row["values2"] == 2.25
    assert row["sal_revcode"] == "LSST TEST REVCODE"
    assert (row["sal_created"], row["sal_ingested"]) == (1547758756335, 1547758754902)
    assert (row["sal_sequence"], row["sal_origin"], row["sal_host"]) == (9940, 1, 2)
    assert server.column('SELECT "first" FROM "lsst.sal.Test_words"', "first") == ["it's"]
    assert server.column('SELECT "second" FROM "lsst.sal.Test_words"', "second") == ["a (b)"]
    records = read_all(server, "lsst.sal.Test_number")
    sources = [headers_of(record)["efd.source"].split("/") for record in records]
    assert [source[:3] for source in sources] == [["Test_telemetry", "0", "0"],
                                                  ["Test_telemetry", "0", "1"]]
    assert records[0].key() is None


def test_texts_become_rows(efd, tmp_path, transformer):
    init(efd, tmp_path)
    transformer.start()
    check_texts(efd)
    transformer.stop()


def test_xml_tells_the_server_of_unsigned_types(make_server, tmp_path):
    xml = tmp_path / "xml" / "Test_Telemetry.xml"
    server = make_server("--saltransform", "on", f"--saltransform.xml={xml}")
    missing = run_efd("serve", "--data", tmp_path / "other", *server.options, "--kafka",
                      "127.0.0.1:0", "--registry", "127.0.0.1:0", "--influx", "127.0.0.1:0")
    assert missing.returncode == 1 and str(xml) in missing.stderr
    xml.parent.mkdir()
    xml.write_text(XML.replace("<IDL_Type>long<", "<IDL_Type>unsigned int<"))
    server.start()
    init(server, tmp_path)  # the schema has a long
    send(server, "Test_telemetry", number_text(1), number_text(-2))
    server.await_count("lsst.sal.Test_number", "number", 2)
    column = server.column('SELECT "number" FROM "lsst.sal.Test_number"', "number")
    assert sorted(column) == [1, 2**32 - 2]
    server.stop()


def test_as_a_role_of_the_server(make_server, tmp_path):
    server = make_server("--saltransform", "on").start()
    init(server, tmp_path)
    check_texts(server)
    assert server.metric("saltransform_produced_total") == 3
    assert server.metric("saltransform_total_seconds_count") == 3
    assert server.metric("saltransform_transform_seconds_count") == 3
    total, transform = (server.metric(f"saltransform_{what}_seconds_sum")
                        for what in ("total", "transform"))
    assert total > transform > 0
    server.stop()


def test_the_captured_message(make_server, shared):
    captured = json.loads((shared / "data/sal/sal-text-message-2019.json").read_text())
    server = make_server("--saltransform", "on").start()
    from avro_records import register
    register(server, captured["subject"], captured["schema"])
    AdminClient({"bootstrap.servers": server.kafka})
    producer = Producer({"bootstrap.servers": server.kafka})
    producer.produce(captured["kafka_topic"], captured["message"])
    assert producer.flush(60) == 0
    server.await_count(captured["subject"], "timestamp", 1)
    row = server.query(f'SELECT * FROM "{captured["subject"]}"')[0]["series"][0]
    row = dict(zip(row["columns"], row["values"][0]))
    assert row["timestamp"] == 1547758756.332947
    assert abs(row["thermocoupleScanner10"] - 22.624901) < 1e-5
    assert abs(row["thermocoupleScanner494"] - 22.379299) < 1e-5
    server.stop()


def test_what_does_not_fit_is_a_dead_letter(make_server, tmp_path):
    bad = {
        "nonsense": "is not COMPONENT_KIND TOPIC:(",
        "Test_telemetry Test_other:( 'R' , 1 , 2 , 3 , 4 , 5 , 6 )": "no schema is registered",
        "Other_telemetry Other_x:( 'R' , 1 , 2 , 3 , 4 , 5 , 6 )": "no topic of component Test",
        f"Test_telemetry Test_number:( {PREAMBLE} , x , 1, 2, 3 )": "field 'number': 'x' is not",
        f"Test_telemetry Test_number:( {PREAMBLE} , 1 , 1, 2 )": "fewer values than the schema",
        words_text(1, "a' , 'b", "c"): "ambiguous",
        "": "is not COMPONENT_KIND TOPIC:(",
    }
    server = make_server("--saltransform", "on").start()
    init(server, tmp_path)
    sender = Sender(server)
    for text in [*bad, None, number_text(1)]:  # null and nothing else is a tombstone
        sender.send("Test_telemetry", text)
    sender.flush()
    server.await_count("lsst.sal.Test_number", "number", 1)
    server.await_metric("efd_dead_letters_total", len(bad))
    letters = read_all(server, LETTERS)
    assert [letter.value().decode() for letter in letters] == list(bad)
    for number, (letter, reason) in enumerate(zip(letters, bad.values())):
        headers = headers_of(letter)
        assert reason in headers["__connect.errors.exception.message"]
        assert headers["__connect.errors.topic"] == "Test_telemetry"
        assert headers["__connect.errors.offset"] == str(number)
        assert headers["__connect.errors.connector.name"] == "saltransform"
    server.stop()


def test_an_empty_text_is_a_dead_letter_through_librdkafka_too(efd, tmp_path, transformer):
    init(efd, tmp_path)
    transformer.start()
    sender = Sender(efd)
    for text in [None, "", number_text(1)]:
        sender.send("Test_telemetry", text)
    sender.flush()
    efd.await_count("lsst.sal.Test_number", "number", 1)
    transformer.stop()
    letters = read_all(efd, LETTERS)
    assert [(letter.value(), headers_of(letter)["__connect.errors.offset"])
            for letter in letters] == [(b"", "1")]


def produce_texts(server, *options):
    done = run_efd("salmock", "produce", "--as", "text", "--broker", server.kafka,
                   "--registry-url", server.registry_url, "--json", *options, timeout=200)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])["produced"]


SUBSYSTEMS = """<SALSubsystems>
 <Subsystem><Name>Test</Name><Enumeration>any</Enumeration></Subsystem>
</SALSubsystems>
"""
CHARS = """<SALTelemetrySet>
 <SALTelemetry><Subsystem>Test</Subsystem><EFDB_Topic>Test_chars</EFDB_Topic>
  <item><EFDB_Name>chars</EFDB_Name><IDL_Type>char</IDL_Type><Count>5</Count></item>
  <item><EFDB_Name>bytes</EFDB_Name><IDL_Type>byte</IDL_Type><Count>2</Count></item>
  <item><EFDB_Name>words</EFDB_Name><IDL_Type>string</IDL_Type><Count>3</Count></item>
  <item><EFDB_Name>salIndex</EFDB_Name><IDL_Type>int</IDL_Type><Count>1</Count></item>
 </SALTelemetry>
</SALTelemetrySet>
"""


def test_the_mock_prints_as_sal_does(make_server, tmp_path):
    """A keyed component's index, one text of an array of strings, characters in quotes."""
    (tmp_path / "SALSubsystems.xml").write_text(SUBSYSTEMS)
    (tmp_path / "Test_Telemetry.xml").write_text(CHARS)
    server = make_server("--saltransform", "on").start()
    produced = produce_texts(server, "--xml", tmp_path, "--topic", "Test_chars", "--duration", 3)
    assert produced >= 3
    number, word = r"-?\d+", r"'[^']*'"
    shape = re.compile(rf"Test_telemetry Test_chars:\( {word}(?: , {number}\.\d{{6}}){{2}}"
                       rf"(?: , {number}){{3}} , 1 , '[A-Z]{{5}}' , {number}, {number} , {word}"
                       rf" , ({number}) \)")
    texts = [record.value().decode() for record in read_all(server, "Test_telemetry")]
    printed = [shape.fullmatch(text) for text in texts]
    assert len(texts) == produced and all(printed), texts
    server.await_count("lsst.sal.Test_chars", "salIndex", produced)
    stored = server.column('SELECT "salIndex" FROM "lsst.sal.Test_chars"', "salIndex")
    assert sorted(stored) == sorted(int(match[1]) for match in printed)
    assert server.metric("efd_dead_letters_total") == 0
    server.stop()


def test_the_mock_leaves_out_what_sal_does_not_send(make_server):
    server = make_server().start()
    heartbeat = "ATMonochromator_logevent_settingsAppliedMonoHeartbeat"

    def named(texts):
        return {text.value().decode().split()[1].split(":")[0] for text in texts}

    subsystem = ("--subsystem", "ATMonochromator", "--rate-scale", 0.1, "--duration", 2)
    run_efd("salmock", "produce", "--broker", server.kafka, "--registry-url", server.registry_url,
            *subsystem)  # registers the schemas, the heartbeat's, too
    produce_texts(server, *subsystem)
    of_profile = read_all(server, "ATMonochromator_logevent")
    assert named(of_profile) and heartbeat not in named(of_profile)
    produced = produce_texts(server, "--topic", heartbeat, "--duration", 2)
    of_topic = read_all(server, "ATMonochromator_logevent")[len(of_profile):]
    assert len(of_topic) == produced > 0 and named(of_topic) == {heartbeat}
    server.stop()


class Texts(threading.Thread):
    """Sends numbered texts until told to end: numbers, words, and some that are bad."""

    def __init__(self, address, first_number=1, **settings):
        super().__init__()
        self.first_number = first_number
        self.producer = Producer({"bootstrap.servers": address, "acks": "all", **settings})
        self.is_over = threading.Event()
        self.numbers, self.words, self.bad = [], [], []

    def run(self):
        number = self.first_number - 1
        while not self.is_over.wait(0.01):
            for _ in range(random.randrange(8)):
                number += 1
                kind = random.choice((self.numbers, self.numbers, self.words, self.bad))
                text = {id(self.numbers): number_text(number),
                        id(self.words): words_text(number, "it's", "b"),
                        id(self.bad): f"bad {number}"}[id(kind)]
                self.producer.produce("Test_telemetry", text)
                kind.append(number)
            self.producer.poll(0)
        assert self.producer.flush(60) == 0


def check_each_once(server, texts):
    for topic, expected in (("number", texts.numbers), ("words", texts.words)):
        topic = "lsst.sal.Test_" + topic
        await_value(lambda: server.count(topic, "number"), len(expected), seconds=120)
        assert sorted(server.column(f'SELECT "number" FROM "{topic}"', "number")) == expected
    letters = [int(letter.value().split()[1]) for letter in read_all(server, LETTERS)]
    assert sorted(letters) == texts.bad


def kill_at_random(running, waits_for_output):
    """At any moment, or at one after the first output; returns how many texts were skipped by then:
    those that an earlier run had turned into records, and was killed before it committed them."""
    end = time.monotonic() + 60
    while waits_for_output and running.metric(PRODUCED) + running.metric(SKIPPED) == 0:
        assert time.monotonic() < end, "no output"
        time.sleep(0.01)
    time.sleep(random.random() * 0.4)
    skipped = running.metric(SKIPPED)
    running.kill()
    return skipped


def check_kills(skipped):
    """Kills prove something where they hit work that was done and not committed."""
    hits = sum(1 for count in skipped if count > 0)
    print(f"{KILLS} kills, {hits} in unfinished work: {sum(skipped):.0f} texts skipped")
    assert hits > KILLS // 4


def test_kills_lose_and_double_nothing(efd, tmp_path, transformer):
    init(efd, tmp_path)
    texts = Texts(efd.kafka)
    texts.start()
    skipped = []
    for number in range(KILLS):
        transformer.start()
        skipped.append(kill_at_random(transformer, waits_for_output=number % 3 > 0))
    texts.is_over.set()
    texts.join()
    transformer.start()
    check_each_once(efd, texts)
    check_kills(skipped)
    transformer.stop()


def test_kills_of_the_server_lose_and_double_nothing(make_server, tmp_path):
    server = make_server("--saltransform", "on").start()
    server.ports["kafka"] = int(server.kafka.rsplit(":", 1)[1])
    init(server, tmp_path)
    texts = Texts(server.kafka)
    texts.producer = Producer({"bootstrap.servers": server.kafka, "enable.idempotence": True,
                               "message.timeout.ms": 300_000, "reconnect.backoff.max.ms": 200})
    texts.start()
    skipped, more = [], []
    for number in range(KILLS):
        # That producer needs more than a second to come back: here are texts that arrive at once.
        more += range(10**6 + 20 * number, 10**6 + 20 * (number + 1))
        send(server, "Test_telemetry", *map(number_text, more[-20:]))
        skipped.append(kill_at_random(server, waits_for_output=number % 3 > 0))
        server.start()
    texts.is_over.set()
    texts.join()
    texts.numbers += more
    check_each_once(server, texts)
    check_kills(skipped)
    server.stop()


def test_partitions_move_between_two(efd, tmp_path):
    """Two instances share four partitions; one of them goes and comes, by stop and by kill."""
    init(efd, tmp_path, "--partitions", 4)
    one, other = (Transformer(efd, tmp_path, "--instance", name) for name in ("one", "other"))
    texts = Texts(efd.kafka)
    try:
        one.start()
        texts.start()
        for end in (Transformer.stop, Transformer.kill):
            other.start()
            time.sleep(3)
            end(other)
            time.sleep(8)  # the session of a static member is 6 s
    finally:
        texts.is_over.set()
        texts.join()
    check_each_once(efd, texts)
    one.stop()
