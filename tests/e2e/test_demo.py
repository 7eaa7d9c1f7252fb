# SPDX-License-Identifier: MIT
"""The whole job as one command, and its folder afterwards."""
import os
import re

import pytest
from confluent_kafka.admin import AdminClient

from conftest import Server, run_efd, run_kafka


def test_demo(tmp_path):
    done = run_efd("demo", "--duration", "5", timeout=200,
                   env={**os.environ, "TMPDIR": str(tmp_path)})
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all counts agree" in done.stdout
    counts = dict(re.findall(r"^ +(produced|in the log|counted by query|dead letters) +(\d+)$",
                             done.stdout, re.MULTILINE))
    produced = int(counts["produced"])
    assert produced > 5 * 20  # more than the probes alone
    assert [int(counts[name]) for name in ("in the log", "counted by query", "dead letters")] == [
        produced, produced, 0]
    folder = next(tmp_path.glob("efd-demo-*"))
    kept = Server(folder).start()
    try:
        topics = kept.column("SHOW MEASUREMENTS", "name")
        assert len(topics) > 1000
        assert kept.count("lsst.sal.MTM2_rawTelemetry", "kafka_timestamp") > 0
        assert kept.metric("efd_gaps_total") == 0
        kept.stop()
    finally:
        kept.close()


@pytest.fixture
def empty_kafka(tmp_path_factory):
    """Other tests' topics have schemas that the demo's registry does not know: dead letters."""
    yield from run_kafka(tmp_path_factory.mktemp("kafka"), 1)


@pytest.mark.peers
def test_demo_on_a_cluster(empty_kafka, tmp_path):
    """At a hundredth of the rate: the machine also runs the cluster. It is left as it was."""
    demo = ("demo", "--broker", empty_kafka.bootstrap, "--duration", "5", "--rate-scale", "0.01")
    done = run_efd(*demo, timeout=400, env={**os.environ, "TMPDIR": str(tmp_path)})
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all counts agree" in done.stdout
    topics = AdminClient({"bootstrap.servers": empty_kafka.bootstrap}).list_topics(timeout=20).topics
    assert [topic for topic in topics if topic.startswith("lsst.sal.MT")] == []
