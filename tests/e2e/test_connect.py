# SPDX-License-Identifier: MIT
"""Kafka Connect's distributed worker, all of whose topics are efd's: after a restart it finds its
connectors and where they were."""
import pytest
import requests
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from apache_kafka import free_ports
from conftest import LIBS
from java_program import JavaProgram

pytestmark = pytest.mark.peers
TOPICS = {"config": "connect-configs", "offset": "connect-offsets", "status": "connect-status"}


class Worker:
    def __init__(self, folder, kafka):
        self.url = f"http://127.0.0.1:{free_ports(1)[0]}"
        converter = "org.apache.kafka.connect.storage.StringConverter"
        settings = {
            "bootstrap.servers": kafka,
            "group.id": "connect",
            "listeners": self.url,
            "key.converter": converter,
            "value.converter": converter,
            "offset.flush.interval.ms": 500,
            "plugin.discovery": "only_scan",
            **{f"{kind}.storage.topic": topic for kind, topic in TOPICS.items()},
        }
        file = folder / "worker.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        self.program = JavaProgram(folder / "worker.log",
                                   "org.apache.kafka.connect.cli.ConnectDistributed", file)

    def start(self):
        self.program.start()
        self.program.await_true(lambda: self.get("/connectors") is not None, "the worker")

    def get(self, path):
        """None while it is not ready."""
        try:
            answer = requests.get(self.url + path, timeout=30)
        except requests.RequestException:
            return None
        return answer.json() if answer.status_code == 200 else None

    def position(self, connector):
        offsets = (self.get(f"/connectors/{connector}/offsets") or {}).get("offsets")
        return offsets[0]["offset"]["position"] if offsets else None

    def state(self, connector):
        status = self.get(f"/connectors/{connector}/status")
        return [task["state"] for task in status["tasks"]] if status else []


@pytest.fixture
def worker(efd, tmp_path):
    if not (LIBS / "connect-file-4.1.0.jar").is_file():
        pytest.skip("no Kafka Connect in build/peers: `./dev kafka status` fetches it")
    worker = Worker(tmp_path, efd.kafka)
    worker.start()
    yield worker
    worker.program.kill()


class Lines:
    """What has come into the topic."""

    def __init__(self, efd, topic):
        self.consumer = Consumer({"bootstrap.servers": efd.kafka, "group.id": "test",
                                  "allow.auto.create.topics": True})
        self.consumer.assign([TopicPartition(topic, 0, 0)])
        self.lines = []

    def read(self):
        for message in self.consumer.consume(1000, timeout=1):
            if not message.error():
                self.lines.append(message.value().decode())
        return self.lines


def write(file, numbers):
    with open(file, "a", encoding="utf-8") as to:
        to.writelines(f"line {number}\n" for number in numbers)
    return [f"line {number}" for number in numbers]


def test_connectors_are_found_again(efd, worker, tmp_path):
    file = tmp_path / "source.txt"
    expected = write(file, range(20))
    made = requests.put(worker.url + "/connectors/lines/config", timeout=90, json={
        "connector.class": "org.apache.kafka.connect.file.FileStreamSourceConnector",
        "tasks.max": "1", "file": str(file), "topic": "lines"})
    assert made.status_code == 201, made.text
    lines = Lines(efd, "lines")
    worker.program.await_true(lambda: lines.read() == expected, "the first lines")
    admin = AdminClient({"bootstrap.servers": efd.kafka})
    assert set(TOPICS.values()) <= set(admin.list_topics(timeout=30).topics)
    # Where it is in the file has been committed.
    worker.program.await_true(lambda: worker.position("lines") == file.stat().st_size,
                              "its position")

    worker.program.kill()
    efd.kill()
    efd.ports["kafka"] = int(efd.kafka.rpartition(":")[2])
    efd.start()
    expected += write(file, range(20, 40))
    worker.start()
    worker.program.await_true(lambda: worker.get("/connectors") == ["lines"], "its connectors")
    worker.program.await_true(lambda: worker.state("lines") == ["RUNNING"], "its task")
    worker.program.await_true(lambda: lines.read()[-1:] == expected[-1:], "the last lines")
    assert lines.lines == expected
    lines.consumer.close()
