# SPDX-License-Identifier: MIT
"""Slow and large queries are kept to themselves."""
import socket

import requests

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register

TOPIC = "lsst.sal.counter"
# A million rows: more than lies between a server and a client that does not read.
LONG_ANSWER = (f'SELECT count("number") FROM "{TOPIC}" WHERE time >= 1700000000s '
               "AND time < 1700000001s GROUP BY time(1u)")


def send_one(server):
    schema_id = register(server, TOPIC, COUNTER_SCHEMA)
    sender = Sender(server)
    sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(1)), tag=1)
    sender.flush()
    server.await_count(TOPIC, "number", 1)


def ask_and_do_not_read(server, text):
    host, port = server.addresses["influx"].split(":")
    client = socket.create_connection((host, int(port)))
    query = requests.Request("GET", "http://x/query", params={"db": "efd", "q": text}).prepare()
    client.sendall(f"GET {query.path_url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert client.recv(12) == b"HTTP/1.1 200"  # it runs
    return client


def test_a_slow_query_does_not_hold_up_the_registry(make_server):
    """One thread for queries, one for all else; the query waits for its client for ever."""
    server = make_server("--query.threads=1", "--http.threads=1").start()
    send_one(server)
    slow = ask_and_do_not_read(server, LONG_ANSWER)
    schema = {"schema": '{"type": "string"}'}
    registered = requests.post(server.registry_url + "/subjects/other/versions", json=schema,
                               timeout=20)
    assert registered.status_code == 200, registered.text
    assert server.health()["status"] == "pass"
    try:
        requests.get(server.influx_url + "/query", params={"q": "SHOW DATABASES"}, timeout=1)
        raise AssertionError("a second query ran: the first one was not slow")
    except requests.exceptions.ReadTimeout:
        pass
    slow.close()
    assert server.query("SHOW DATABASES")
    server.stop()


def test_a_query_has_a_memory_limit(make_server):
    server = make_server("--query.memory_max=1048576").start()
    schema = {"type": "record", "name": "texts",
              "fields": [{"name": "number", "type": "int"}, {"name": "text", "type": "string"}]}
    schema_id = register(server, "lsst.sal.texts", schema)
    sender = Sender(server)
    for number in range(20):
        record = {"number": number, "text": "x" * 200_000}
        sender.send("lsst.sal.texts", encode(schema_id, schema, record), tag=number)
    sender.flush()
    server.await_count("lsst.sal.texts", "number", 20)
    [result] = server.query('SELECT * FROM "lsst.sal.texts"')
    assert result["error"] == ("query memory limit exceeded (1048576 bytes): narrow the time range "
                               "or raise query.memory_max")
    numbers = server.column('SELECT number FROM "lsst.sal.texts"', "number")
    assert numbers == list(range(20))
    server.stop()
