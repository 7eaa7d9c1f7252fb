# SPDX-License-Identifier: MIT
"""The two that are compared, each with the same three addresses: a Kafka broker, a schema registry
and InfluxDB's HTTP interface."""
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/peers"))
import influxdb_server  # noqa: E402
import telegraf  # noqa: E402
from apache_kafka import ApacheKafka  # noqa: E402

PROGRAM = ROOT / "build/release/efd"
STOP_SECONDS_MAX = 60
HEAP = "-Xmx1G"  # Apache Kafka's own default


def get_json(url, **parameters):
    query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
    with urllib.request.urlopen(url + query, timeout=120) as answer:
        return json.load(answer)


class EfdServer:
    """`efd serve` on free ports, with its data in `folder`."""

    def __init__(self, folder, *options):
        folder.mkdir(parents=True)
        command = [PROGRAM, "serve", "--data", folder / "data"]
        for listener in ("kafka", "registry", "influx"):
            command += [f"--{listener}", "127.0.0.1:0"]
        self.addresses = {}
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE,
                                            stderr=log, text=True, start_new_session=True)
        try:
            self._await_ready(folder)
        except BaseException:
            self.process.kill()
            raise

    def _await_ready(self, folder):
        for line in self.process.stdout:
            if match := re.fullmatch(r"listening (\w+) (\S+)\n", line):
                self.addresses[match[1]] = match[2]
            if line == "ready\n":
                return
        raise RuntimeError(f"efd serve does not start: see {folder}/log")

    def stop(self):
        self.process.terminate()
        self.process.wait(STOP_SECONDS_MAX)


class Pipeline:
    """Started when made."""
    broker = registry_url = influx_url = None
    registry_note = ""

    def read_topics(self):
        """Called when the topics exist."""

    def pids(self):
        """By name, in the order of the flow."""

    def applied(self):
        """Rows that were written since the start; cheap to ask."""

    def counts(self, field):
        """Rows of every measurement, by InfluxQL."""
        result = get_json(self.influx_url + "/query", db="efd",
                          q=f'SELECT count("{field}") FROM /.*/')["results"][0]
        return {each["name"]: each["values"][0][1] for each in result.get("series", [])}


class Efd(Pipeline):
    title = "efd"

    def __init__(self, folder, _):
        self.server = EfdServer(folder / "efd")
        self.broker = self.server.addresses["kafka"]
        self.registry_url = "http://" + self.server.addresses["registry"]
        self.influx_url = "http://" + self.server.addresses["influx"]

    def pids(self):
        return {"efd serve": self.server.process.pid}

    def applied(self):
        with urllib.request.urlopen(self.influx_url + "/metrics", timeout=60) as answer:
            text = answer.read().decode()
        return sum(int(float(line.split()[-1])) for line in text.splitlines()
                   if line.startswith("efd_sink_rows_total{"))

    def stop(self):
        self.server.stop()


class RealParts(Pipeline):
    title = "Apache Kafka + Telegraf + InfluxDB"
    registry_note = ("its registry is that of an `efd serve` which does nothing else and is not "
                     "counted")

    def __init__(self, folder, flush_interval):
        self.parts = []
        try:
            self._start(folder, flush_interval)
        except BaseException:
            self.stop()
            raise

    def _start(self, folder, flush_interval):
        registry = self._own(EfdServer(folder / "registry", "--connector.topics=nothing"))
        self.registry_url = "http://" + registry.addresses["registry"]
        self.influxd = self._own(influxdb_server.Influxdb(folder / "influxdb",
                                                          wal_fsync_delay="100ms"))
        self.influx_url = self.influxd.start().url
        urllib.request.urlopen(self.influx_url + "/query", data=b"q=CREATE DATABASE efd",
                               timeout=30).close()
        self.kafka = self._own(ApacheKafka(folder / "kafka", port=0, heap=HEAP, hasty=False))
        self.broker = self.kafka.start().bootstrap
        self.telegraf = self._own(telegraf.Telegraf(
            folder / "telegraf", self.broker, self.registry_url, self.influx_url,
            flush_interval=flush_interval))

    def _own(self, part):
        self.parts.append(part)
        return part

    def read_topics(self):
        """Telegraf looks for topics when it starts."""
        self.telegraf.start()

    def pids(self):
        return {"Apache Kafka": self.kafka.pid(1), "Telegraf": self.telegraf.process.pid,
                "InfluxDB": self.influxd.process.pid}

    def applied(self):
        return get_json(self.influx_url + "/debug/vars")["write"]["values"]["pointReq"]

    def stop(self):
        for part in reversed(self.parts):
            part.stop()
