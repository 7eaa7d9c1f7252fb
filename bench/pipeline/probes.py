# SPDX-License-Identifier: MIT
"""Latency from produce to queryable: records that are sent now and then, and asked for until a
query over InfluxDB's HTTP interface sees them."""
import collections
import http.client
import json
import struct
import threading
import time
import urllib.parse
import urllib.request

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

TOPIC = "lsst.sal.EFD_logevent_probe"
COUNTED_FIELD = "sal_sequence"  # every topic of the designed experiment has it, too
SCHEMA = {"type": "record", "name": "EFD_logevent_probe", "namespace": "lsst.sal", "fields": [
    {"name": "private_efdStamp", "type": "double"}, {"name": COUNTED_FIELD, "type": "long"}]}
PER_SECOND = 10
LINGER_MS = 5
POLL_SECONDS_MIN = 0.002
# A probe that is long on its way is asked for less often: the queries are a load, too.
POLL_SHARE_OF_AGE = 0.05
LAST_SECONDS_MAX = 120
QUERY = f'SELECT last("{COUNTED_FIELD}") FROM "{TOPIC}"'


def make_topic(broker):
    admin = AdminClient({"bootstrap.servers": broker, "log_level": 4})
    admin.create_topics([NewTopic(TOPIC, 1, 1)])[TOPIC].result(30)


def register_schema(registry_url):
    request = urllib.request.Request(
        f"{registry_url}/subjects/{TOPIC}/versions", method="POST",
        data=json.dumps({"schema": json.dumps(SCHEMA)}).encode(),
        headers={"Content-Type": "application/vnd.schemaregistry.v1+json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["id"]


def zigzag(number):
    """Avro's long, for a number that is not negative."""
    number, out = number << 1, bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


class Prober:
    """Sends from `start` to `stop`, with numbers from 1 on, also when it is started again."""

    def __init__(self, pipeline):
        make_topic(pipeline.broker)
        self.header = b"\0" + struct.pack(">I", register_schema(pipeline.registry_url))
        self.producer = Producer({"bootstrap.servers": pipeline.broker, "acks": 1,
                                  "linger.ms": LINGER_MS})
        self.url = urllib.parse.urlsplit(pipeline.influx_url)
        self.sent = 0
        self.forget()

    def forget(self):
        """What was measured so far."""
        self.latencies_ms = []
        self.polls = 0
        self.waiting = collections.deque()  # of (number, when it was sent)
        self.ended = threading.Event()

    def start(self):
        self.threads = [threading.Thread(target=self._send, daemon=True),
                        threading.Thread(target=self._poll, daemon=True)]
        for each in self.threads:
            each.start()

    def stop(self):
        """Waits for those that are on their way; what is still in `waiting` was not seen."""
        self.ended.set()
        for each in self.threads:
            each.join()

    def _send(self):
        due = time.monotonic()
        while not self.ended.is_set():
            self.sent += 1
            value = struct.pack("<d", time.time()) + zigzag(self.sent)
            self.waiting.append((self.sent, time.monotonic()))
            self.producer.produce(TOPIC, self.header + value)
            self.producer.poll(0)
            due += 1 / PER_SECOND
            self.ended.wait(max(0, due - time.monotonic()))
        self.producer.flush(30)

    def _poll(self):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        target = "/query?" + urllib.parse.urlencode({"db": "efd", "epoch": "ns", "q": QUERY})
        deadline = None
        while not self.ended.is_set() or self.waiting:
            if self.ended.is_set():
                deadline = deadline or time.monotonic() + LAST_SECONDS_MAX
                if time.monotonic() > deadline:
                    return
            if not self.waiting:
                time.sleep(POLL_SECONDS_MIN)
                continue
            age = time.monotonic() - self.waiting[0][1]
            time.sleep(max(POLL_SECONDS_MIN, POLL_SHARE_OF_AGE * age))
            self._note(self._newest(connection, target))

    def _newest(self, connection, target):
        self.polls += 1
        connection.request("GET", target)
        result = json.load(connection.getresponse())["results"][0]
        return result["series"][0]["values"][0][1] if "series" in result else 0

    def _note(self, number):
        now = time.monotonic()
        while self.waiting and self.waiting[0][0] <= number:
            self.latencies_ms.append(1000 * (now - self.waiting.popleft()[1]))
