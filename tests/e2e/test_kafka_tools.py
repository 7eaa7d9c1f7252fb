# SPDX-License-Identifier: MIT
"""Apache Kafka's own command-line tools (kafka-topics, kafka-consumer-groups, ...) against efd."""
import re
import subprocess

import pytest

from apache_kafka import java
from conftest import LIBS, await_value
from test_kafka_clients import produce

pytestmark = pytest.mark.peers
SECONDS_MAX = 120

TOPICS = "org.apache.kafka.tools.TopicCommand"
GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
CONFIGS = "kafka.admin.ConfigCommand"
OFFSETS = "org.apache.kafka.tools.GetOffsetShell"
PRODUCER = "org.apache.kafka.tools.ConsoleProducer"
CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer"


def command(server, main, *arguments):
    if not LIBS.is_dir():
        pytest.skip("no Apache Kafka in build/peers: `./dev kafka status` fetches it")
    return java(main, "--bootstrap-server", server.kafka, *map(str, arguments))


def run(server, main, *arguments, text=""):
    """Returns the words of each line that the tool prints."""
    done = subprocess.run(command(server, main, *arguments), input=text, capture_output=True,
                          text=True, timeout=SECONDS_MAX, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split() for line in done.stdout.splitlines() if line.strip()]


def group_offsets(lines, topic, column):
    """{partition: offset} of the tool's table."""
    return {int(words[2]): int(words[column]) for words in lines if words[1:2] == [topic]}


def test_topics(server):
    run(server, TOPICS, "--create", "--topic", "tools", "--partitions", 3,
        "--config", "retention.ms=3600000")
    first, *partitions = run(server, TOPICS, "--describe", "--topic", "tools")
    assert first[-1] == "retention.ms=3600000"
    assert first[first.index("PartitionCount:") + 1] == "3"
    assert [words[words.index("Leader:") + 1] for words in partitions] == ["1"] * 3
    assert "retention.ms=3600000" in run(
        server, CONFIGS, "--describe", "--entity-type", "topics", "--entity-name", "tools")[1]
    run(server, TOPICS, "--delete", "--topic", "tools")
    assert ["tools"] not in run(server, TOPICS, "--list")


def test_changes(server):
    run(server, TOPICS, "--create", "--topic", "changing", "--partitions", 1)
    run(server, TOPICS, "--alter", "--topic", "changing", "--partitions", 2)
    run(server, CONFIGS, "--alter", "--entity-type", "topics", "--entity-name", "changing",
        "--add-config", "retention.ms=7200000,cleanup.policy=[delete,compact]")
    first, *partitions = run(server, TOPICS, "--describe", "--topic", "changing")
    assert len(partitions) == 2
    assert first[-1] == "cleanup.policy=delete,compact,retention.ms=7200000"


def test_what_is_not_there_is_said(server):
    done = subprocess.run(
        command(server, "org.apache.kafka.tools.LogDirsCommand", "--describe"),
        capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert done.returncode != 0
    assert "DESCRIBE_LOG_DIRS" in done.stdout + done.stderr


def test_console_and_groups(server):
    run(server, TOPICS, "--create", "--topic", "console", "--partitions", 3)
    lines = [f"key{i}:value{i}" for i in range(30)]
    run(server, PRODUCER, "--topic", "console", "--property", "parse.key=true",
        "--property", "key.separator=:", text="\n".join(lines) + "\n")
    read = run(server, CONSUMER, "--topic", "console", "--group", "tools", "--from-beginning",
               "--max-messages", 30, "--timeout-ms", 60_000, "--property", "print.key=true",
               "--property", "key.separator=:")
    assert sorted(read) == sorted([line] for line in lines)

    ends = {int(words[0].split(":")[1]): int(words[0].split(":")[2])
            for words in run(server, OFFSETS, "--topic", "console")}
    assert sum(ends.values()) == 30
    assert ["tools", "Empty"] in run(server, GROUPS, "--list", "--state")
    described = run(server, GROUPS, "--describe", "--group", "tools")
    assert group_offsets(described, "console", 3) == ends
    assert group_offsets(described, "console", 5) == {0: 0, 1: 0, 2: 0}  # the lag

    reset = run(server, GROUPS, "--reset-offsets", "--group", "tools", "--topic", "console",
                "--to-earliest", "--execute")
    assert group_offsets(reset, "console", 3) == {0: 0, 1: 0, 2: 0}
    run(server, GROUPS, "--delete-offsets", "--group", "tools", "--topic", "console:1")
    described = run(server, GROUPS, "--describe", "--group", "tools")
    assert {int(words[2]) for words in described if words[1:2] == ["console"]
            and words[3] != "-"} == {0, 2}
    run(server, GROUPS, "--delete", "--group", "tools")
    assert ["tools"] not in run(server, GROUPS, "--list")


def test_a_consumer_lives_through_the_death_of_efd(efd, tmp_path):
    """Java's client goes on in its group by itself, and reads nothing twice."""
    produce(efd, "alive", [f"before{i}" for i in range(10)])
    efd.ports["kafka"] = int(efd.kafka.rsplit(":", 1)[1])
    output = tmp_path / "consumer"

    def values():
        return re.findall(r"^(?:before|after)\d+$", output.read_text(), re.MULTILINE)

    with open(output, "w", encoding="utf-8") as file, subprocess.Popen(
            command(efd, CONSUMER, "--topic", "alive", "--group", "tools", "--from-beginning"),
            stdout=file, stderr=subprocess.DEVNULL) as consumer:
        try:
            await_value(lambda: len(values()), 10)
            efd.kill()
            efd.start()
            produce(efd, "alive", [f"after{i}" for i in range(10)])
            await_value(lambda: len(values()), 20)
        finally:
            consumer.kill()
    assert values() == [f"{when}{i}" for when in ("before", "after") for i in range(10)]
