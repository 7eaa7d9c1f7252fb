# SPDX-License-Identifier: MIT
"""Runs the real program: each test that asks for `efd` gets a server of its own on free ports."""
import errno
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/peers"))
from apache_kafka import LIBS, ApacheKafka  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("EFD_PROGRAM", ROOT / "build/release/efd"))
SHARED = pathlib.Path(os.environ.get("EFD_SHARED", ROOT.parent / "shared"))
# Generous: they end a hang, and are no measure of speed on a busy machine.
START_SECONDS_MAX = 120
STOP_SECONDS_MAX = 60


def pytest_configure(config):
    config.addinivalue_line("markers", "peers: needs a real engine; ./dev test --peers")
    config.addinivalue_line("markers", "smoke: of peers, quick enough for every run")


class Server:
    """`efd serve` in a folder; start, stop and kill it as often as a test likes."""

    def __init__(self, folder, *options):
        self.folder = pathlib.Path(folder)
        self.options = options
        self.process = None
        self.addresses = {}
        self.ports = {"kafka": 0, "registry": 0, "influx": 0}

    def start(self, *options):
        command = [PROGRAM, "serve", "--data", self.folder]
        for name, port in self.ports.items():
            command += [f"--{name}", f"127.0.0.1:{port}"]
        self.log = open(self.folder.parent / (self.folder.name + ".log"), "ab")
        self.process = subprocess.Popen(
            [*command, *self.options, *options], stdout=subprocess.PIPE, stderr=self.log, text=True)
        begin = time.monotonic()
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if match := re.fullmatch(r"listening (\w+) (\S+)\n", line):
                self.addresses[match[1]] = match[2]
            if line == "ready\n":
                self.start_seconds = time.monotonic() - begin
                return self
            assert time.monotonic() - begin < START_SECONDS_MAX
        raise AssertionError(f"no ready line: {lines}\n{self.log_text()[-2000:]}")

    def stop(self):
        """SIGTERM; the program ends by itself with 0."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS_MAX)
        assert code == 0, f"exit code {code}\n{self.log_text()[-2000:]}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()

    def log_text(self):
        return (self.folder.parent / (self.folder.name + ".log")).read_text(errors="replace")

    @property
    def kafka(self):
        return self.addresses["kafka"]

    @property
    def registry_url(self):
        return "http://" + self.addresses["registry"]

    @property
    def influx_url(self):
        return "http://" + self.addresses["influx"]

    def post_query(self, text, **params):
        return requests.post(self.influx_url + "/query", data={"db": "efd", "q": text, **params},
                             timeout=60)

    def query(self, text, **params):
        answer = self.post_query(text, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def column(self, text, name, **params):
        """The values of one column of the only series; [] without a series."""
        series = self.query(text, **params)[0].get("series", [])
        if not series:
            return []
        index = series[0]["columns"].index(name)
        return [row[index] for row in series[0]["values"]]

    def count(self, measurement, field):
        values = self.column(f'SELECT count("{field}") FROM "{measurement}"', "count")
        return values[0] if values else 0

    def await_count(self, measurement, field, expected):
        await_value(lambda: self.count(measurement, field), expected)

    def health(self):
        return requests.get(self.influx_url + "/health", timeout=30).json()

    def sick(self):
        """What is wrong, by part."""
        return {check["name"]: check["message"] for check in self.health()["checks"]
                if check["status"] == "fail"}

    def ready(self):
        """The status of /ready, and why data does not come in."""
        answer = requests.get(self.influx_url + "/ready", timeout=30)
        return answer.status_code, answer.json().get("message", "")

    def await_ready(self, status=200, seconds=60):
        await_value(lambda: int(self.ready()[0] == status), 1, seconds)

    def metric(self, name):
        return read_metric(self.influx_url, name)

    def await_metric(self, name, expected):
        await_value(lambda: self.metric(name), expected)


class ClusterServer(Server):
    """`efd serve` over a Kafka cluster and a registry elsewhere."""

    def __init__(self, folder, kafka, registry_url, *options):
        super().__init__(folder, "--broker", kafka, "--registry-url", registry_url,
                         "--broker-set", "topic.metadata.refresh.interval.ms=500", *options)
        self.ports = {"influx": 0}
        self.cluster = kafka
        self.cluster_registry_url = registry_url

    @property
    def kafka(self):
        return self.cluster

    @property
    def registry_url(self):
        return self.cluster_registry_url


def read_metric(url, name):
    """The sum of a metric over all its labels."""
    text = requests.get(url + "/metrics", timeout=10).text
    return sum(float(line.split()[-1]) for line in text.splitlines()
               if re.match(re.escape(name) + r"[ {]", line))


def await_value(read, expected, seconds=60):
    """Until a count has grown to what is expected; one that grows beyond it fails."""
    end = time.monotonic() + seconds
    while (value := read()) < expected and time.monotonic() < end:
        time.sleep(0.05)
    assert value == expected


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One running server for all tests of a file; each uses topics of its own."""
    folder = tmp_path_factory.mktemp("server") / "data"
    folder.mkdir()
    running = Server(folder).start()
    yield running
    running.stop()


def run_kafka(folder, brokers):
    if not LIBS.is_dir():
        pytest.skip("no Apache Kafka in build/peers: `./dev kafka status` fetches it")
    cluster = ApacheKafka(folder, brokers, port=0)
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory):
    """Apache Kafka with one broker, for all tests; each uses topics of its own."""
    yield from run_kafka(tmp_path_factory.mktemp("kafka"), 1)


@pytest.fixture(scope="session")
def kafka3(tmp_path_factory):
    """Apache Kafka with three brokers."""
    yield from run_kafka(tmp_path_factory.mktemp("kafka3"), 3)


@pytest.fixture
def make_server(tmp_path):
    servers = []

    def make(*options, folder=None):
        folder = tmp_path / (folder or f"data{len(servers)}")
        folder.mkdir(exist_ok=True)
        servers.append(Server(folder, *options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def efd(make_server):
    return make_server().start()


class SmallDisk:
    """A tmpfs of some MiB; fill() takes all the room that is left, make_room() gives it back."""

    def __init__(self, folder, mib):
        self.folder = folder
        self.filler = folder / "filler"
        folder.mkdir(parents=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", folder],
                                 capture_output=True)
        if mounted.returncode != 0:
            pytest.skip("needs to mount a tmpfs")

    def fill(self):
        with open(self.filler, "ab", buffering=0) as filler:
            try:
                while filler.write(bytes(1 << 16)):
                    pass
            except OSError as error:
                assert error.errno == errno.ENOSPC

    def make_room(self):
        self.filler.unlink()

    def close(self):
        subprocess.run(["umount", "-l", self.folder], check=True)


@pytest.fixture
def make_disk(tmp_path):
    disks = []

    def make(folder, mib):
        disks.append(SmallDisk(tmp_path / folder, mib))
        return disks[-1]

    yield make
    for disk in disks:
        disk.close()


@pytest.fixture
def shared():
    """The folder of conformance data; tests that need it are skipped, and say so, without it."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no conformance data at {SHARED}/data")
    return SHARED


def run_efd(*arguments, **keywords):
    """Runs the program to its end; returns the CompletedProcess with text output."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=keywords.pop("timeout", 120), **keywords)
