#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real InfluxDB on this machine. `./dev influxdb` and the tests use it.

PROGRAM is what $INFLUXD names, else Debian's influxd: `./dev influxdb` unpacks it, the machine may
also have it installed.
"""
import argparse
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNPACKED = ROOT / "build/peers/influxdb-1.6.7/usr/bin/influxd"
FOLDER = ROOT / "build/peers/influxdb"
PORT = 18086
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20

CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:{backup_port}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  index-version = "tsi1"
  wal-fsync-delay = "{wal_fsync_delay}"
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  auth-enabled = {auth}
[monitor]
  store-enabled = false
"""


def program():
    """None: there is no influxd."""
    if named := os.environ.get("INFLUXD"):
        return named
    return str(UNPACKED) if UNPACKED.exists() else shutil.which("influxd")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Influxdb:
    """In a folder; start, stop and kill it as often as a test likes: data and port stay."""

    def __init__(self, folder, port=None, auth=False, wal_fsync_delay="0s"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        text = CONFIGURATION.format(folder=self.folder, port=self.port, backup_port=free_port(),
                                    auth=str(auth).lower(), wal_fsync_delay=wal_fsync_delay)
        (self.folder / "influxdb.conf").write_text(text)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [program(), "-config", self.folder / "influxdb.conf"], stdout=log, stderr=log,
                start_new_session=True)
        (self.folder / "pid").write_text(str(self.process.pid))
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end and self.process.poll() is None:
            if self.answers():
                return self
            time.sleep(0.1)
        raise RuntimeError("influxd does not start:\n" + (self.folder / "log").read_text()[-2000:])

    def answers(self):
        try:
            with urllib.request.urlopen(self.url + "/ping", timeout=5) as answer:
                return answer.status == 204
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS_MAX)


# -------------------------------------------------------------------------------- command line


def running_pid():
    """Of the one that `start` has started; None when it does not run."""
    try:
        pid = int((FOLDER / "pid").read_text())
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if str(FOLDER / "influxdb.conf").encode() in command else None


def start(arguments):
    if not running_pid():
        Influxdb(FOLDER, arguments.port).start()
    print(f"http://127.0.0.1:{arguments.port}")


def stop(_):
    pid = running_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS_MAX
    while running_pid() and time.monotonic() < end:
        time.sleep(0.1)


def status(_):
    print("running" if running_pid() else "stopped")
    return 0 if running_pid() else 1


def run(arguments):
    """Around a command: an InfluxDB on a free port, whose URL is in EFD_TEST_INFLUX."""
    with tempfile.TemporaryDirectory(prefix="efd-influxdb-") as folder:
        server = Influxdb(folder)
        try:
            server.start()
            return subprocess.run(arguments.command,
                                  env={**os.environ, "EFD_TEST_INFLUX": server.url}).returncode
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser(
        prog="./dev influxdb", description="Debian's InfluxDB 1.6.7 on this machine, for tests and "
        "trials; its data is kept in build/peers/influxdb")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("start", help="start it; prints its URL")
    command.add_argument("--port", type=int, default=PORT, help=f"({PORT})")
    command.set_defaults(run=start)
    command = commands.add_parser("run", help="run a command with an InfluxDB of its own, whose "
                                  "URL is in EFD_TEST_INFLUX")
    command.add_argument("command", nargs="+")
    command.set_defaults(run=run)
    commands.add_parser("stop", help="stop it").set_defaults(run=stop)
    commands.add_parser("status", help="say whether it runs").set_defaults(run=status)
    arguments = parser.parse_args()
    if not program():
        sys.exit("dev: there is no influxd")
    sys.exit(arguments.run(arguments))


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"dev: {error}")
