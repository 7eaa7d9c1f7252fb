# SPDX-License-Identifier: MIT
"""Clients of Confluent's schema registry: confluent-kafka's, kafkit, and bare REST."""
import asyncio
import json

import aiohttp
import pytest
import requests
from confluent_kafka import Producer
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext
from kafkit.registry import Deserializer, Serializer
from kafkit.registry.aiohttp import RegistryApi

from avro_records import COUNTER_SCHEMA, counter_record, register


def schema_named(name, **extra):
    return {"type": "record", "name": name, "namespace": "lsst.test",
            "fields": [{"name": "number", "type": "long"}], **extra}


def call(server, method, path, body=None):
    answer = requests.request(method, server.registry_url + path, json=body, timeout=30)
    return answer.status_code, answer.json()


def refused(server, method, path, body=None):
    status, answer = call(server, method, path, body)
    assert set(answer) == {"error_code", "message"} and answer["message"], answer
    return status, answer["error_code"]


# --------------------------------------------------------------------------------- confluent-kafka

def test_confluent_serializers(server):
    """What AvroSerializer sends is stored, and AvroDeserializer reads it back."""
    client = SchemaRegistryClient({"url": server.registry_url})
    topic = "lsst.sal.confluent"
    serialize = AvroSerializer(client, json.dumps(COUNTER_SCHEMA))
    deserialize = AvroDeserializer(client)
    context = SerializationContext(topic, MessageField.VALUE)
    producer = Producer({"bootstrap.servers": server.kafka, "acks": "all"})
    for number in range(5):
        value = serialize(counter_record(number), context)
        assert deserialize(value, context) == counter_record(number)
        producer.produce(topic, value)
    assert producer.flush(30) == 0
    server.await_count(topic, "number", 5)
    assert server.column(f'SELECT "number" FROM "{topic}"', "number") == list(range(5))


def test_confluent_client(server):
    client = SchemaRegistryClient({"url": server.registry_url})
    schema = Schema(json.dumps(schema_named("client")), "AVRO")
    schema_id = client.register_schema("client-value", schema)
    assert client.register_schema("client-value", schema) == schema_id
    latest = client.get_latest_version("client-value")
    assert (latest.schema_id, latest.version) == (schema_id, 1)
    assert json.loads(client.get_schema(schema_id).schema_str) == schema_named("client")
    assert client.lookup_schema("client-value", schema).version == 1
    assert "client-value" in client.get_subjects()
    assert client.get_versions("client-value") == [1]
    with pytest.raises(SchemaRegistryError) as error:
        client.get_latest_version("nobody")
    assert (error.value.http_status_code, error.value.error_code) == (404, 40401)


# ------------------------------------------------------------------------------------------ kafkit

def test_kafkit(server):
    asyncio.run(use_kafkit(server))


async def use_kafkit(server):
    async with aiohttp.ClientSession() as session:
        registry = RegistryApi(session=session, url=server.registry_url)
        schema = schema_named("kafkit")
        schema_id = await registry.register_schema(schema, subject="kafkit")
        assert await registry.register_schema(schema, subject="kafkit") == schema_id
        info = await registry.get_schema_by_subject("kafkit")
        assert (info["id"], info["version"]) == (schema_id, 1)
        serializer = await Serializer.register(registry=registry, schema=schema, subject="kafkit")
        message = serializer({"number": 42})
        deserialized = await Deserializer(registry=registry).deserialize(message)
        assert deserialized["message"] == {"number": 42} and deserialized["id"] == schema_id


# -------------------------------------------------------------------------------------------- REST

def test_ids_are_the_same_across_subjects(server):
    first = register(server, "across.a", schema_named("across"))
    other = register(server, "across.a", schema_named("across", doc="changed"))
    assert register(server, "across.b", schema_named("across")) == first
    assert other != first
    assert call(server, "GET", "/subjects/across.a/versions") == (200, [1, 2])
    status, subjects = call(server, "GET", f"/schemas/ids/{first}/versions")
    assert status == 200 and sorted(one["subject"] for one in subjects) == ["across.a", "across.b"]


def test_soft_delete(server):
    first = register(server, "gone", schema_named("gone"))
    second = register(server, "gone", schema_named("gone", doc="2"))
    assert call(server, "DELETE", "/subjects/gone/versions/1") == (200, 1)
    assert call(server, "GET", "/subjects/gone/versions") == (200, [2])
    assert call(server, "DELETE", "/subjects/gone") == (200, [2])
    assert "gone" not in call(server, "GET", "/subjects")[1]
    assert "gone" in call(server, "GET", "/subjects?deleted=true")[1]
    assert refused(server, "GET", "/subjects/gone/versions") == (404, 40401)
    assert call(server, "GET", f"/schemas/ids/{second}")[0] == 200
    assert register(server, "gone", schema_named("gone")) == first
    assert call(server, "GET", "/subjects/gone/versions") == (200, [3])


def test_error_codes(server):
    text = json.dumps(schema_named("codes"))
    register(server, "codes", schema_named("codes"))
    other = {"schema": json.dumps(schema_named("other"))}
    assert refused(server, "GET", "/subjects/nobody/versions") == (404, 40401)
    assert refused(server, "GET", "/subjects/codes/versions/9") == (404, 40402)
    assert refused(server, "GET", "/schemas/ids/99999") == (404, 40403)
    assert refused(server, "POST", "/subjects/codes", other) == (404, 40403)
    assert refused(server, "POST", "/subjects/nobody", {"schema": text}) == (404, 40401)
    assert refused(server, "DELETE", "/subjects/nobody") == (404, 40401)
    assert refused(server, "GET", "/subjects/codes/versions/none") == (422, 42202)
    assert refused(server, "POST", "/subjects/codes/versions", {"schema": "{"}) == (422, 42201)
    assert refused(server, "POST", "/subjects/codes/versions",
                   {"schema": '{"type":"record","name":"x"}'}) == (422, 42201)
    assert refused(server, "GET", "/nowhere")[0] == 404


def test_compatibility_is_none_for_now(server):
    assert call(server, "GET", "/config") == (200, {"compatibilityLevel": "NONE"})
    assert call(server, "PUT", "/config", {"compatibility": "NONE"})[0] == 200
    assert refused(server, "PUT", "/config", {"compatibility": "BACKWARD"})[0] == 422
    assert refused(server, "PUT", "/config", {"compatibility": "SIDEWAYS"}) == (422, 42203)
    assert call(server, "GET", "/config") == (200, {"compatibilityLevel": "NONE"})


def state_of(server):
    subjects = call(server, "GET", "/subjects?deleted=true")[1]
    versions = {name: call(server, "GET", f"/subjects/{name}/versions?deleted=true")
                for name in subjects}
    schemas = {i: call(server, "GET", f"/schemas/ids/{i}") for i in range(1, 6)}
    return subjects, versions, schemas, call(server, "GET", "/subjects")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_state_survives_a_restart(efd, end):
    for number in range(3):
        register(efd, "kept", schema_named("kept", doc=str(number)))
    register(efd, "removed", schema_named("removed"))
    call(efd, "DELETE", "/subjects/removed")
    before = state_of(efd)
    getattr(efd, end)()
    efd.start()
    assert state_of(efd) == before
    assert register(efd, "new", schema_named("new")) == 5
