# SPDX-License-Identifier: MIT
"""What another registry or a replica writes into _schemas is followed."""
import json

import requests
from confluent_kafka import Producer

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode
from conftest import await_value

TOPIC = "lsst.sal.counter"


def write_schema(server, subject, version, schema_id, schema):
    """As Confluent's registry does, or MirrorMaker with its records."""
    producer = Producer({"bootstrap.servers": server.kafka, "acks": "all"})
    key = f'{{"keytype":"SCHEMA","subject":"{subject}","version":{version},"magic":1}}'
    value = {"subject": subject, "version": version, "id": schema_id,
             "schema": json.dumps(schema), "deleted": False}
    producer.produce("_schemas", json.dumps(value), key=key)
    assert producer.flush(30) == 0


def get(server, path):
    return requests.get(server.registry_url + path, timeout=10)


def test_its_schemas_are_found_and_its_records_stored(efd):
    write_schema(efd, TOPIC, 1, 500, COUNTER_SCHEMA)
    sender = Sender(efd)
    sender.send(TOPIC, encode(500, COUNTER_SCHEMA, counter_record(1)))
    sender.flush()
    efd.await_count(TOPIC, "number", 1)
    assert efd.metric("efd_dead_letters_total") == 0
    assert get(efd, "/schemas/ids/500").status_code == 200
    assert get(efd, f"/subjects/{TOPIC}/versions/latest").json()["id"] == 500
    other = {**COUNTER_SCHEMA, "name": "other"}
    write_schema(efd, TOPIC, 2, 501, other)
    await_value(lambda: get(efd, f"/subjects/{TOPIC}/versions/latest").json()["id"], 501)


def test_two_schemas_under_one_id_are_reported(efd):
    write_schema(efd, TOPIC, 1, 500, COUNTER_SCHEMA)
    write_schema(efd, "other", 1, 500, {**COUNTER_SCHEMA, "name": "other"})
    efd.await_metric("efd_registry_id_conflicts", 1)
    assert "counter" in get(efd, "/schemas/ids/500").json()["schema"]
    assert "'other'" in json.dumps(efd.health()["checks"])
    assert "another schema's" in efd.log_text()
