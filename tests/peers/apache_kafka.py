#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Apache Kafka (KRaft) on this machine: one broker, or three. `./dev kafka` and the peer tests use it.

The jars lie in LIBS (`./dev kafka` fetches them); a cluster's settings, data and logs in a folder
of its own. Every broker is a controller, too.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBS = ROOT / "build/peers/kafka-4.1.0"
FOLDER = ROOT / "build/peers/kafka"
PORT = 19092
HEAP = "-Xmx512M"
# A broker that dies is noticed soon, where there are others; old data goes soon. Kafka's defaults are
# for production.
FAILOVER_SETTINGS = {
    "broker.session.timeout.ms": 3000,
    "broker.heartbeat.interval.ms": 500,
}
HASTY_SETTINGS = {
    "log.retention.check.interval.ms": 1000,
    "file.delete.delay.ms": 1000,
}
START_SECONDS_MAX = 90
STOP_SECONDS_MAX = 20


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class ApacheKafka:
    """A cluster in `folder`; what runs there is found again by its pid files."""

    def __init__(self, folder=FOLDER, brokers=1, port=PORT, heap=HEAP, hasty=True):
        """port 0: any free ones; hasty: with settings for tests."""
        self.folder = pathlib.Path(folder)
        self.heap = heap
        self.hasty = hasty
        self.state_file = self.folder / "cluster.json"
        if port:
            ports = [[port + i, port + 10 + i] for i in range(brokers)]
        else:
            free = free_ports(2 * brokers)
            ports = [free[2 * i:2 * i + 2] for i in range(brokers)]
        self.ports = ports  # of each broker: for clients, for controllers

    @classmethod
    def existing(cls, folder=FOLDER):
        """The cluster that was started in this folder, or None."""
        state_file = pathlib.Path(folder) / "cluster.json"
        if not state_file.is_file():
            return None
        cluster = cls(folder)
        cluster.ports = json.loads(state_file.read_text())
        return cluster

    @property
    def bootstrap(self):
        return ",".join(f"127.0.0.1:{port}" for port, _ in self.ports)

    @property
    def nodes(self):
        return range(1, len(self.ports) + 1)

    # ------------------------------------------------------------------------------ as a whole

    def start(self):
        """Returns when every broker is a member. Does nothing for those that run."""
        if not self.state_file.is_file():
            self._make()
        for node in self.nodes:
            self.start_node(node, wait=False)
        self.await_brokers(len(self.ports))
        return self

    def stop(self):
        for node in self.nodes:
            self._signal(node, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS_MAX
        while any(map(self.is_running, self.nodes)) and time.monotonic() < end:
            time.sleep(0.05)
        for node in self.nodes:  # without a quorum the last ones would wait for ever
            self._signal(node, signal.SIGKILL)

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def await_brokers(self, count):
        end = time.monotonic() + START_SECONDS_MAX
        while self.brokers_alive() < count:
            for node in self.nodes:
                if not self.is_running(node):
                    raise RuntimeError(f"Kafka broker {node} has ended: see {self._log(node)}")
            if time.monotonic() > end:
                raise RuntimeError(f"Kafka is not ready: see {self.folder}/*.log")
            time.sleep(0.1)

    def brokers_alive(self):
        """As the least informed broker that runs has it; 0 when none answers."""
        counts = [brokers_known_to(port) for (port, _), node in zip(self.ports, self.nodes)
                  if self.is_running(node)]
        return min(counts, default=0)

    # ------------------------------------------------------------------------------ one broker

    def start_node(self, node, wait=True):
        if self.is_running(node):
            return
        with open(self._log(node), "ab") as log:
            process = subprocess.Popen(
                java("kafka.Kafka", self._settings(node), options=[self.heap]), stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self._pid_file(node).write_text(str(process.pid))
        if wait:
            self.await_brokers(sum(map(self.is_running, self.nodes)))

    def kill_node(self, node):
        self._signal(node, signal.SIGKILL)
        while self.is_running(node):
            time.sleep(0.01)

    def is_running(self, node):
        pid = self.pid(node)
        if pid is None:
            return False
        try:
            return os.waitpid(pid, os.WNOHANG)[0] != pid
        except ChildProcessError:
            pass  # started by another process, or waited for
        try:
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return False
        return str(self._settings(node)) in command

    # --------------------------------------------------------------------------------- its files

    def _make(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        cluster_id = base64.urlsafe_b64encode(b"\1" + uuid.uuid4().bytes[1:]).rstrip(b"=").decode()
        formats = []
        for node in self.nodes:
            self._settings(node).write_text(self._settings_text(node))
            formats.append(subprocess.Popen(
                java("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c",
                     self._settings(node)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
        for each in formats:
            output, _ = each.communicate()
            if each.returncode:
                raise RuntimeError(f"Kafka's storage was not made: {output.decode()}")
        self.state_file.write_text(json.dumps(self.ports))

    def _settings_text(self, node):
        port, controller_port = self.ports[node - 1]
        voters = ",".join(f"{n}@127.0.0.1:{self.ports[n - 1][1]}" for n in self.nodes)
        count = len(self.ports)
        settings = {
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": voters,
            "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": self.folder / f"data-{node}",
            "auto.create.topics.enable": "false",
            "default.replication.factor": count,
            "min.insync.replicas": min(count, 2),
            "offsets.topic.num.partitions": 5,
            "offsets.topic.replication.factor": count,
            "transaction.state.log.replication.factor": count,
            "transaction.state.log.min.isr": min(count, 2),
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            **(HASTY_SETTINGS if self.hasty else {}),
            **(FAILOVER_SETTINGS if self.hasty and count > 1 else {}),
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())

    def _settings(self, node):
        return self.folder / f"broker-{node}.properties"

    def _log(self, node):
        return self.folder / f"broker-{node}.log"

    def _pid_file(self, node):
        return self.folder / f"broker-{node}.pid"

    def pid(self, node):
        try:
            return int(self._pid_file(node).read_text())
        except (OSError, ValueError):
            return None

    def _signal(self, node, number):
        if self.is_running(node):
            os.kill(self.pid(node), number)


def java(main, *arguments, options=()):
    return ["java", *options, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{LIBS}/*",
            main, *map(str, arguments)]


def brokers_known_to(port):
    """How many brokers the one at this port knows to be alive (Metadata v1); 0 without an answer."""
    body = struct.pack(">hhihi", 3, 1, 1, -1, 0)  # no client id, no topics
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(struct.pack(">i", len(body)) + body)
            answer = connection.makefile("rb").read(12)
    except OSError:
        return 0
    return struct.unpack(">iii", answer)[2] if len(answer) == 12 else 0


# -------------------------------------------------------------------------------- command line


def start(arguments):
    cluster = ApacheKafka.existing()
    shape = ApacheKafka(brokers=arguments.brokers, port=arguments.port)
    if cluster and cluster.ports != shape.ports:
        if any(map(cluster.is_running, cluster.nodes)):
            sys.exit(f"dev: another cluster runs ({cluster.bootstrap}): ./dev kafka stop")
        cluster.clear()  # of another shape: begun anew
    shape.start()
    print(f"{shape.bootstrap}")


def stop(_):
    if cluster := ApacheKafka.existing():
        cluster.stop()


def status(_):
    cluster = ApacheKafka.existing()
    if not cluster or not any(map(cluster.is_running, cluster.nodes)):
        print("stopped")
        return 1
    print(f"{cluster.bootstrap}: {cluster.brokers_alive()} of {len(cluster.ports)} brokers")
    return 0


def run(arguments):
    """Around a command: a cluster on free ports, whose address is in EFD_TEST_KAFKA."""
    with tempfile.TemporaryDirectory(prefix="efd-kafka-") as folder:
        cluster = ApacheKafka(folder, arguments.brokers, port=0)
        try:
            cluster.start()
            return subprocess.run(arguments.command,
                                  env={**os.environ, "EFD_TEST_KAFKA": cluster.bootstrap}).returncode
        finally:
            cluster.stop()


def main():
    parser = argparse.ArgumentParser(
        prog="./dev kafka", description="Apache Kafka 4.1.0 on this machine, for tests and trials; "
        "its data is kept in build/peers/kafka until a cluster of another shape is started")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("start", help="start it; prints its address")
    command.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    command.add_argument("--port", type=int, default=PORT, help=f"of the first broker ({PORT}); "
                         "others follow; controllers 10 above")
    command.set_defaults(run=start)
    command = commands.add_parser("run", help="run a command with a cluster of its own, whose "
                                  "address is in EFD_TEST_KAFKA")
    command.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    command.add_argument("command", nargs="+")
    command.set_defaults(run=run)
    commands.add_parser("stop", help="stop it").set_defaults(run=stop)
    commands.add_parser("status", help="say whether it runs").set_defaults(run=status)
    arguments = parser.parse_args()
    sys.exit(arguments.run(arguments))


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"dev: {error}")
