#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long small queries wait behind slow ones, and how long those burn when nobody waits.

    .venv/bin/python bench/slow_queries.py [--slow 50] [--rows 40000] [--tries 200] [--efd's=option]

Starts an efd of its own, fills a topic of 268 fields and one of a single field (100,000 rows), and
asks small queries while SLOW clients each read a SELECT * of the wide one, again and again.
"""
import argparse
import pathlib
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time
import urllib.parse

import requests
from confluent_kafka import Producer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))
from avro_records import register  # noqa: E402
from conftest import Server  # noqa: E402

FIELDS = 268
WIDE, NARROW = "lsst.sal.wide", "lsst.sal.narrow"
NARROW_ROWS = 100_000
SMALL = {
    "SHOW MEASUREMENTS": "SHOW MEASUREMENTS",
    "mean of 100,000 rows": f'SELECT mean(f0) FROM "{NARROW}"',
    "100,000 rows by time(1s)": f'SELECT max(f0) FROM "{NARROW}" WHERE time >= 0 GROUP BY time(1s) '
                                'fill(none)',
    "100,000 raw rows": f'SELECT f0 FROM "{NARROW}"',
    "the last of the wide": f'SELECT * FROM "{WIDE}" WHERE time > now() - 1s LIMIT 1',
}


def fill(server, topic, fields, rows):
    schema = {"type": "record", "name": topic.rsplit(".", 1)[-1],
              "fields": [{"name": f"f{i}", "type": "double"} for i in range(fields)]}
    head = struct.pack(">bi", 0, register(server, topic, schema))
    producer = Producer({"bootstrap.servers": server.kafka, "acks": "1", "linger.ms": 5,
                         "queue.buffering.max.messages": 20_000})
    begin = int(time.time() * 1000) - rows
    for row in range(rows):
        value = head + struct.pack(f"<{fields}d", *(row * 0.1 + i for i in range(fields)))
        while True:
            try:
                producer.produce(topic, value, timestamp=begin + row)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    producer.flush()
    server.await_count(topic, "f0", rows)


class Slow(threading.Thread):
    """Reads a SELECT * of everything until it is told to stop, and then goes at once."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address, self.stopped, self.answers = address, threading.Event(), 0

    def run(self):
        host, port = self.address.split(":")
        text = urllib.parse.urlencode({"db": "efd", "epoch": "ns", "q": f'SELECT * FROM "{WIDE}"'})
        while not self.stopped.is_set():
            with socket.create_connection((host, int(port))) as client:
                client.sendall(f"GET /query?{text} HTTP/1.0\r\n\r\n".encode())
                while not self.stopped.is_set() and client.recv(1 << 20):
                    pass
            self.answers += 1


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(server, tries):
    session = requests.Session()
    for name, text in SMALL.items():
        times = []
        for _ in range(tries):
            begin = time.monotonic()
            answer = session.get(server.influx_url + "/query", params={"db": "efd", "q": text},
                                 timeout=600)
            assert answer.status_code == 200 and "error" not in answer.text[-300:], answer.text
            times.append(time.monotonic() - begin)
        print(f"  {name:28} p50 {1e3 * statistics.median(times):8.1f} ms   "
              f"p99 {1e3 * percentile(times, 0.99):8.1f} ms", flush=True)


def cpu_seconds(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=int, default=50)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--tries", type=int, default=200)
    arguments, options = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(pathlib.Path(folder) / "data", *options)
        server.folder.mkdir()
        server.start()
        try:
            fill(server, WIDE, FIELDS, arguments.rows)
            fill(server, NARROW, 1, NARROW_ROWS)
            print("alone:")
            measure(server, arguments.tries)
            slow = [Slow(server.addresses["influx"]) for _ in range(arguments.slow)]
            for client in slow:
                client.start()
            time.sleep(2)
            print(f"behind {arguments.slow} SELECT * of {arguments.rows} x {FIELDS}:")
            measure(server, arguments.tries)
            for client in slow:
                client.stopped.set()
            for client in slow:
                client.join()
            print(f"  ({sum(client.answers for client in slow)} slow answers)")
            before = cpu_seconds(server)
            time.sleep(10)
            print(f"in the 10 s after they have gone: {cpu_seconds(server) - before:.2f} s of CPU")
        finally:
            server.close()


if __name__ == "__main__":
    main()
