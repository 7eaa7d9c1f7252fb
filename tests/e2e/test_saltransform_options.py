# SPDX-License-Identifier: MIT
"""What the settings of SAL's transformer change in the records that it writes."""
import io

import fastavro
import pytest
import requests
from confluent_kafka import Producer

from conftest import await_value
from test_saltransform import (LETTERS, Transformer, headers_of, init, number_text, read_all,
                               words_text)

LATIN1 = words_text(2, "caf\xe9", "a").encode("latin-1")
# Written as what SAL prints: origin 1, host 2.
AS_SAL, AS_ORIGINAL = (1, 2), (2, 1)


@pytest.fixture
def start_transformer(efd, tmp_path):
    """Each with options of its own; one at a time."""
    running = []

    def start(*options):
        running.append(Transformer(efd, tmp_path, *options).start())
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.kill()


def send_texts(server):
    producer = Producer({"bootstrap.servers": server.kafka})
    for text in (number_text(1).encode(), LATIN1):
        producer.produce("Test_telemetry", text)
    assert producer.flush(60) == 0


def await_all(server, topic, count):
    """Judged by what the log has, not by what the store makes of it."""
    await_value(lambda: len(read_all(server, topic)), count)
    return read_all(server, topic)


def await_records(server, topic, count):
    """(offset of the text, record) of each record in an output topic."""
    answer = requests.get(f"{server.registry_url}/subjects/{topic}/versions/latest/schema",
                          timeout=30)
    schema = fastavro.parse_schema(answer.json())
    return [(int(headers_of(record)["efd.source"].split("/")[2]),
             fastavro.schemaless_reader(io.BytesIO(record.value()[5:]), schema))
            for record in await_all(server, topic, count)]


def origin_and_host(record):
    return record["sal_origin"], record["sal_host"]


def test_options_of_run(efd, tmp_path, start_transformer):
    init(efd, tmp_path)
    send_texts(efd)
    plain = start_transformer()
    assert [(offset, origin_and_host(record))
            for offset, record in await_records(efd, "lsst.sal.Test_number", 1)] == [(0, AS_SAL)]
    await_value(lambda: plain.metric("efd_dead_letters_total"), 1)
    assert [letter.value() for letter in await_all(efd, LETTERS, 1)] == [LATIN1]
    plain.stop()

    # All of it once more, and as these options say; the dead letter is a record now.
    again = start_transformer("--rewind-to-start", "--latin1", "--preamble-order", "original")
    assert [(offset, origin_and_host(record))
            for offset, record in await_records(efd, "lsst.sal.Test_number", 2)] == [
                (0, AS_SAL), (0, AS_ORIGINAL)]
    (offset, words), = await_records(efd, "lsst.sal.Test_words", 1)
    assert (offset, words["first"], origin_and_host(words)) == (1, "caf\xe9", AS_ORIGINAL)
    again.stop()

    # Without --rewind-to-start it is not.
    once = start_transformer()
    send_texts(efd)
    assert [offset for offset, _ in await_records(efd, "lsst.sal.Test_number", 3)] == [0, 0, 2]
    once.stop()


def test_settings_in_the_servers_file(make_server, tmp_path):
    file = tmp_path / "efd.toml"
    file.write_text("[saltransform]\n"
                    'enabled = "on"\nlatin1 = "on"\npreamble_order = "original"\n')
    server = make_server("--config", file).start()
    init(server, tmp_path)
    send_texts(server)
    (_, number), = await_records(server, "lsst.sal.Test_number", 1)
    (_, words), = await_records(server, "lsst.sal.Test_words", 1)
    assert origin_and_host(number) == origin_and_host(words) == AS_ORIGINAL
    assert words["first"] == "caf\xe9"
    server.stop()
