# SPDX-License-Identifier: MIT
"""The program starts and answers queries though it takes nothing: the disk has too little room."""
import pytest
import requests
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from avro_records import send_counters
from conftest import await_value

TOPIC = "lsst.sal.counter"
MORE_THAN_THERE_IS = "--log.disk_reserve_bytes=1000000000000000"


def stored(server):
    return server.column(f'SELECT number FROM "{TOPIC}"', "number")


def delivery_error(server):
    """What a producer with acks=all is told."""
    errors = []
    producer = Producer({"bootstrap.servers": server.kafka, "message.timeout.ms": 3000})
    producer.produce(TOPIC, b"x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(30)
    return errors[0]


def assert_reads_and_takes_nothing(server):
    health = requests.get(server.influx_url + "/health", timeout=30)
    assert health.status_code == 200 and health.json()["status"] == "pass"
    assert "log" in server.sick()
    assert health.json()["message"].startswith("log: ")
    status, message = server.ready()
    assert status == 503 and message.startswith("log: ")
    assert delivery_error(server) is not None


def test_with_less_room_than_the_reserve(make_server):
    server = make_server().start()
    send_counters(server, TOPIC, range(100))
    server.await_count(TOPIC, "number", 100)
    assert server.ready() == (200, "")
    server.stop()
    server.start(MORE_THAN_THERE_IS)
    assert_reads_and_takes_nothing(server)
    assert stored(server) == list(range(100))
    assert requests.get(f"{server.registry_url}/subjects", timeout=10).json() == [TOPIC]
    server.kill()
    server.start(MORE_THAN_THERE_IS)  # what was not flushed is read from the log again
    assert stored(server) == list(range(100))
    server.stop()
    server.start()
    send_counters(server, TOPIC, range(100, 200))
    server.await_count(TOPIC, "number", 200)
    assert server.ready() == (200, "") and not server.sick()
    server.stop()


def test_a_new_folder_with_less_room_than_the_reserve(make_server):
    """There is neither a topic of schemas nor one of dead letters, and none can be made."""
    server = make_server().start(MORE_THAN_THERE_IS)
    assert_reads_and_takes_nothing(server)
    assert server.query("SHOW DATABASES")[0]["series"][0]["values"] == [["efd"]]
    assert requests.get(f"{server.registry_url}/subjects", timeout=10).json() == []
    refused = requests.post(f"{server.registry_url}/subjects/x/versions", timeout=60,
                            json={"schema": '{"type": "string"}'})
    assert refused.status_code >= 500, refused.text
    with pytest.raises(KafkaException):
        AdminClient({"bootstrap.servers": server.kafka}).create_topics(
            [NewTopic("t", 1)], request_timeout=10)["t"].result(20)
    server.stop()
    server.start()
    send_counters(server, TOPIC, range(10))
    server.await_count(TOPIC, "number", 10)
    server.stop()


def test_intake_opens_when_there_is_room_again(make_server, make_disk):
    disk = make_disk("disk", 256)
    server = make_server("--log.disk_reserve_bytes=67108864", "--log.wal_bytes_max=67108864",
                         "--log.checkpoint_bytes=33554432")
    server.folder = disk.folder / "data"
    server.folder.mkdir()
    server.start()
    send_counters(server, TOPIC, range(100))
    server.await_count(TOPIC, "number", 100)
    server.stop()
    disk.filler.write_bytes(bytes(200 << 20))
    server.start()
    assert_reads_and_takes_nothing(server)
    assert stored(server) == list(range(100))
    disk.make_room()
    server.await_ready(200)
    send_counters(server, TOPIC, range(100, 200))
    server.await_count(TOPIC, "number", 200)
    assert not server.sick()
    server.stop()


def test_with_a_log_above_its_bound(make_server, make_disk):
    """What is stored may go from the log; until it has, the log is above its bound and starts."""
    server = make_server("--log.disk_reserve_bytes=67108864", "--log.wal_bytes_max=67108864",
                         "--log.checkpoint_bytes=1048576", "--log.checkpoint_interval_ms=500")
    server.folder = make_disk("disk", 256).folder / "data"
    server.folder.mkdir()
    server.start()
    send_counters(server, TOPIC, range(20000))
    server.await_count(TOPIC, "number", 20000)
    segments = server.folder / "log" / f"{TOPIC}-0"
    bound = (256 << 20) // 1000
    await_value(lambda: int(sum(f.stat().st_size for f in segments.glob("*.log")) > bound), 1)
    server.kill()
    server.start("--log.disk_share_max=0.001")
    health = requests.get(server.influx_url + "/health", timeout=30)
    assert health.status_code == 200 and health.json()["status"] == "pass"
    server.await_count(TOPIC, "number", 20000)
    server.stop()
