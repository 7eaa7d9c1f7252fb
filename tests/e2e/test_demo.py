# SPDX-License-Identifier: MIT
"""The whole job as one command, and its folder afterwards."""
import os
import pathlib
import re
import subprocess

import pytest
from confluent_kafka.admin import AdminClient

from conftest import PROGRAM, Server, await_value, run_efd, run_kafka


def counts_of(report):
    names = "produced|of it SAL's text|in the log|counted by query|dead letters"
    return {name: int(count) for name, count in
            re.findall(rf"^ +({names}) +(\d+)$", report, re.MULTILINE)}


def test_demo(tmp_path):
    done = run_efd("demo", "--duration", "5", timeout=200,
                   env={**os.environ, "TMPDIR": str(tmp_path)})
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all counts agree" in done.stdout
    counts = counts_of(done.stdout)
    produced = counts["produced"]
    assert produced > 5 * 20  # more than the probes alone
    assert 0 < counts["of it SAL's text"] < produced
    assert [counts[name] for name in ("in the log", "counted by query", "dead letters")] == [
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


def server_command(demo):
    """The command line of the server that a demo has started; none so far: empty."""
    children = pathlib.Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
    for child in children:
        words = pathlib.Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
        if "serve" in words:
            return words
    return []


def test_demo_tells_the_transformer_of_its_xml(tmp_path, shared):
    """Only the XML knows which types are unsigned."""
    xml = shared / "data/sal/ts_xml-2019-01-10.tar.xz"
    demo = subprocess.Popen([PROGRAM, "demo", "--duration", "3", "--rate-scale", "0.2", "--xml", xml],
                            stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "TMPDIR": str(tmp_path)})
    try:
        await_value(lambda: "serve" in server_command(demo), True)
        assert f"--saltransform.xml={xml}" in server_command(demo)
        said, _ = demo.communicate(timeout=200)
        assert demo.returncode == 0 and "all counts agree" in said, said
    finally:
        demo.kill()
        demo.wait()


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
    assert counts_of(done.stdout)["of it SAL's text"] > 0
    topics = AdminClient({"bootstrap.servers": empty_kafka.bootstrap}).list_topics(timeout=20).topics
    assert [topic for topic in topics if topic.startswith("lsst.sal.MT")] == []
