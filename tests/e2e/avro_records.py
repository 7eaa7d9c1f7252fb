# SPDX-License-Identifier: MIT
"""Schemas and records for tests, and how to send them as an ordinary client does."""
import io
import json
import struct

import fastavro
import requests
from confluent_kafka import Producer


def register(server, subject, schema):
    answer = requests.post(f"{server.registry_url}/subjects/{subject}/versions",
                           json={"schema": json.dumps(schema)}, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def encode(schema_id, schema, record):
    """Confluent's wire format."""
    out = io.BytesIO()
    out.write(b"\0" + struct.pack(">I", schema_id))
    fastavro.schemaless_writer(out, fastavro.parse_schema(json.loads(json.dumps(schema))), record)
    return out.getvalue()


class Sender:
    """Sends records of one topic and knows which were acknowledged."""

    def __init__(self, server, **settings):
        self.producer = Producer({"bootstrap.servers": server.kafka, "acks": "all", **settings})
        self.acknowledged = []
        self.failed = []

    def send(self, topic, value, tag=None, **keywords):
        def delivered(error, message):
            if error:
                self.failed.append((tag, error))
            else:
                self.acknowledged.append((tag, message.offset()))
        self.producer.produce(topic, value, on_delivery=delivered, **keywords)
        self.producer.poll(0)

    def flush(self, seconds=30):
        assert self.producer.flush(seconds) == 0
        assert not self.failed, self.failed[0]


COUNTER_SCHEMA = {
    "type": "record", "name": "counter", "namespace": "lsst.sal",
    "fields": [
        {"name": "private_efdStamp", "type": "double"},
        {"name": "number", "type": "long"},
        {"name": "values", "type": {"type": "array", "items": "float"}},
    ],
}


def counter_record(number, stamp=1.7e9):
    return {"private_efdStamp": stamp + number / 1000, "number": number, "values": [number / 4, 0.5]}


def send_counters(server, topic, numbers):
    """A counter's record of each number, all of them acknowledged."""
    schema_id = register(server, topic, COUNTER_SCHEMA)
    sender = Sender(server)
    for number in numbers:
        sender.send(topic, encode(schema_id, COUNTER_SCHEMA, counter_record(number)), tag=number)
    sender.flush()
