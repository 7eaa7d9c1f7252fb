# SPDX-License-Identifier: MIT
"""Slow and large queries are kept to themselves; an answer that is cut does not look whole."""
import json
import socket
import time

import pytest
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
    server = make_server("--query.threads=1", "--query.small_threads=0",
                         "--http.threads=1").start()
    send_one(server)
    slow = ask_and_do_not_read(server, LONG_ANSWER)
    schema = {"schema": '{"type": "string"}'}
    registered = requests.post(server.registry_url + "/subjects/other/versions", json=schema,
                               timeout=20)
    assert registered.status_code == 200, registered.text
    assert not server.sick()
    try:
        requests.get(server.influx_url + "/query", params={"q": "SHOW DATABASES"}, timeout=1)
        raise AssertionError("a second query ran: the first one was not slow")
    except requests.exceptions.ReadTimeout:
        pass
    slow.close()
    assert server.query("SHOW DATABASES")
    server.stop()


def send_long_texts(server):
    """More than the memory that the tests below give a query."""
    schema = {"type": "record", "name": "texts",
              "fields": [{"name": "number", "type": "int"}, {"name": "text", "type": "string"}]}
    schema_id = register(server, "lsst.sal.texts", schema)
    sender = Sender(server)
    for number in range(20):
        record = {"number": number, "text": "x" * 200_000}
        sender.send("lsst.sal.texts", encode(schema_id, schema, record), tag=number)
    sender.flush()
    server.await_count("lsst.sal.texts", "number", 20)


def test_a_query_has_a_memory_limit(make_server):
    server = make_server("--query.memory_max=1048576").start()
    send_long_texts(server)
    [result] = server.query('SELECT * FROM "lsst.sal.texts"')
    assert result["error"] == ("query memory limit exceeded (1048576 bytes): narrow the time range "
                               "or raise query.memory_max")
    numbers = server.column('SELECT number FROM "lsst.sal.texts"', "number")
    assert numbers == list(range(20))
    server.stop()


def test_small_queries_wait_behind_no_slow_ones(make_server):
    """Fifty clients that take nothing hold all threads but those of small queries."""
    server = make_server("--query.threads=2", "--query.small_answer_bytes_max=2000").start()
    send_one(server)
    slow = [ask_and_do_not_read(server, LONG_ANSWER) for _ in range(2)]
    for _ in range(48):
        host, port = server.addresses["influx"].split(":")
        client = socket.create_connection((host, int(port)))
        query = requests.Request("GET", "http://x/query",
                                 params={"db": "efd", "q": LONG_ANSWER}).prepare()
        client.sendall(f"GET {query.path_url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        slow.append(client)
    for _ in range(10):
        assert server.query("SHOW MEASUREMENTS")[0]["series"][0]["values"] == [[TOPIC]]
        assert server.column(f'SELECT number FROM "{TOPIC}"', "number") == [1]
    # What waits and what runs ends with its clients: a large query has its turn at once.
    for client in slow:
        client.close()
    rows = server.column(LONG_ANSWER, "count")
    assert len(rows) == 1_000_000
    server.stop()


def test_small_queries_wait_for_no_slow_client(make_server):
    """Answers of small queries that nobody takes hold none of their threads."""
    server = make_server("--query.threads=1").start()
    send_one(server)
    small = LONG_ANSWER.replace("1700000001s", "1700000000400ms")
    slow = [ask_and_do_not_read(server, LONG_ANSWER)]  # the one thread of large ones
    slow += [ask_and_do_not_read(server, small) for _ in range(3)]
    for _ in range(10):
        assert server.query("SHOW MEASUREMENTS")[0]["series"][0]["values"] == [[TOPIC]]
        assert server.column(f'SELECT number FROM "{TOPIC}"', "number") == [1]
    for client in slow:
        client.close()
    server.stop()


def test_a_client_that_takes_nothing_is_cut_off(make_server):
    server = make_server("--query.threads=1", "--http.send_timeout_ms=1000",
                         "--query.timeout_ms=0").start()
    send_one(server)
    slow = ask_and_do_not_read(server, LONG_ANSWER)
    assert len(server.column(LONG_ANSWER, "count")) == 1_000_000  # the only thread is free again
    slow.close()
    server.stop()


def test_the_time_limit_of_a_query_does_not_run_while_its_client_is_slow(make_server):
    server = make_server("--query.timeout_ms=3000", "--query.buckets_max=0").start()
    send_one(server)
    answer = requests.get(server.influx_url + "/query", stream=True, timeout=60,
                          params={"db": "efd", "q": LONG_ANSWER.replace("01s", "02s")})
    time.sleep(6)
    body = json.loads(answer.content)
    [result] = body["results"]
    assert "error" not in result and len(result["series"][0]["values"]) == 2_000_000
    server.stop()


def test_a_csv_answer_that_a_limit_cuts_is_broken_off(make_server):
    server = make_server("--query.memory_max=1048576").start()
    send_long_texts(server)
    send_one(server)
    limit = "query memory limit exceeded (1048576 bytes): narrow the time range or raise " \
            "query.memory_max"
    url, csv = server.influx_url + "/query", {"Accept": "application/csv"}

    def ask(text):
        return requests.get(url, params={"db": "efd", "q": text}, headers=csv, timeout=60)

    cut = 'SELECT * FROM "lsst.sal.texts"'
    told = ask(cut)
    assert (told.status_code, told.text) == (503, f"error\n{limit}\n")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(f"{LONG_ANSWER}; {cut}")
    assert limit in server.log_text()
    assert ask('SELECT number FROM "lsst.sal.texts"').text.count("\n") == 21
    server.stop()


def test_chunks_are_short_lines(make_server):
    """lsst-efd-client reads a chunk as one line, which aiohttp bounds."""
    server = make_server().start()
    schema = {"type": "record", "name": "texts",
              "fields": [{"name": "number", "type": "int"}, {"name": "text", "type": "string"}]}
    schema_id = register(server, "lsst.sal.texts", schema)
    sender = Sender(server)
    for number in range(60):
        record = {"number": number, "text": "x" * 500_000}
        sender.send("lsst.sal.texts", encode(schema_id, schema, record), tag=number)
    sender.flush()
    server.await_count("lsst.sal.texts", "number", 60)
    answer = server.post_query('SELECT * FROM "lsst.sal.texts"', chunked="true", chunk_size="1000")
    lines = answer.content.splitlines()
    assert max(map(len, lines)) <= 8 << 20
    numbers = [row[1] for line in lines
               for row in json.loads(line)["results"][0]["series"][0]["values"]]
    assert numbers == list(range(60)) and len(lines) == 4
    server.stop()
