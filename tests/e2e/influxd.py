# SPDX-License-Identifier: MIT
"""A real InfluxDB: Debian's influxd (or what $INFLUXD names) in a folder, on free ports."""
import os
import shutil
import socket
import subprocess
import time

import requests

PROGRAM = os.environ.get("INFLUXD") or shutil.which("influxd")
START_SECONDS_MAX = 60

CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:{backup_port}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  index-version = "tsi1"
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  auth-enabled = {auth}
[monitor]
  store-enabled = false
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Influxd:
    """Start, stop and kill it as often as a test likes: the port stays."""

    def __init__(self, folder, auth=False):
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        text = CONFIGURATION.format(folder=folder, port=self.port, backup_port=free_port(),
                                    auth=str(auth).lower())
        (folder / "influxdb.conf").write_text(text)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "-config", self.folder / "influxdb.conf"],
                                            stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end:
            try:
                if requests.get(self.url + "/ping", timeout=5).status_code == 204:
                    return self
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()

    def query(self, text, **params):
        answer = requests.post(self.url + "/query", data={"db": "efd", "q": text, **params},
                               timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def count(self, measurement, field):
        """0 without such a measurement or database."""
        result = self.query(f'SELECT count("{field}") FROM "{measurement}"')[0]
        series = result.get("series", [])
        return series[0]["values"][0][1] if series else 0
