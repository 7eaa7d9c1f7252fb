# SPDX-License-Identifier: MIT
"""Clients of InfluxDB 1.x: Debian's influx CLI, influxdb-python, aioinflux, and curl."""
import asyncio
import contextlib
import csv
import gzip
import io
import json
import os
import pty
import subprocess
import warnings

import influxdb
import pytest
import requests

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that pandas is absent
    import aioinflux

TOPIC = "lsst.sal.influx"
ROWS = 3000
BEGIN = 1_600_000_000  # seconds; a row each 10 ms


@pytest.fixture(scope="module")
def loaded(server):
    """A server with ROWS rows in TOPIC."""
    schema_id = register(server, TOPIC, COUNTER_SCHEMA)
    sender = Sender(server)
    for number in range(ROWS):
        record = {**counter_record(number), "private_efdStamp": BEGIN + number / 100}
        sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, record))
    sender.flush()
    server.await_count(TOPIC, "number", ROWS)
    return server


def host_and_port(server):
    host, port = server.addresses["influx"].rsplit(":", 1)
    return host, int(port)


# -------------------------------------------------------------------------------------- influx CLI

def influx(server, text, *options, stdin=""):
    host, port = host_and_port(server)
    execute = ["-execute", text] if text else []
    return subprocess.run(["influx", "-host", host, "-port", str(port), *execute, *options],
                          input=stdin, capture_output=True, text=True, timeout=60)


def test_cli_formats(loaded):
    text = f'SELECT "number", "values0" FROM "{TOPIC}" LIMIT 2'
    column = influx(loaded, text, "-database", "efd", "-format", "column").stdout.splitlines()
    assert column[0] == f"name: {TOPIC}" and column[1].split() == ["time", "number", "values0"]
    assert column[3].split() == [f"{BEGIN}000000000", "0", "0"]
    table = list(csv.reader(io.StringIO(
        influx(loaded, text, "-database", "efd", "-format", "csv").stdout)))
    assert table == [["name", "time", "number", "values0"],
                     [TOPIC, f"{BEGIN}000000000", "0", "0"],
                     [TOPIC, f"{BEGIN}010000000", "1", "0.25"]]
    answer = json.loads(influx(loaded, text, "-database", "efd", "-format", "json",
                               "-precision", "rfc3339").stdout)
    assert answer["results"][0]["series"][0]["values"] == [
        ["2020-09-13T12:26:40Z", 0, 0], ["2020-09-13T12:26:40.01Z", 1, 0.25]]


def test_cli_use_and_show(loaded):
    assert "efd" in influx(loaded, "SHOW DATABASES").stdout.split()
    assert type_in_cli(loaded, ["use nowhere"]).count("DB does not exist") == 1
    session = type_in_cli(loaded, ["use efd", f'SELECT count("number") FROM "{TOPIC}"'])
    assert "Using database efd" in session
    assert str(ROWS) in session.split()
    keys = influx(loaded, f'SHOW FIELD KEYS FROM "{TOPIC}"', "-database", "efd").stdout.splitlines()
    assert ["number", "integer"] in [line.split() for line in keys]


def type_in_cli(server, lines):
    """A session on a terminal: `use` is the CLI's own word, unknown to -execute and pipes."""
    host, port = host_and_port(server)
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(["influx", "-host", host, "-port", str(port)], stdin=other_end,
                               stdout=other_end, stderr=other_end, close_fds=True)
    os.close(other_end)
    os.write(terminal, "".join(line + "\n" for line in [*lines, "exit"]).encode())
    output = b""
    with contextlib.suppress(OSError):  # EIO: the other end has closed
        while part := os.read(terminal, 65536):
            output += part
    os.close(terminal)
    process.wait(30)
    return output.decode()


def test_cli_reads_long_answers_in_chunks(loaded):
    done = influx(loaded, f'SELECT "number" FROM "{TOPIC}"', "-database", "efd", "-format", "csv")
    assert [row.split(",")[-1] for row in done.stdout.split()[1:]] == [str(i) for i in range(ROWS)]


def test_cli_tells_errors(loaded):
    done = influx(loaded, "SELEC", "-database", "efd")
    assert "error parsing query: found SELEC" in done.stdout + done.stderr
    assert done.returncode != 0


# --------------------------------------------------------------------------------- Python's clients

def test_influxdb_python(loaded):
    host, port = host_and_port(loaded)
    client = influxdb.InfluxDBClient(host, port, database="efd")
    assert client.ping() == "1.8.10"
    assert {"name": "efd"} in client.get_list_database()
    assert TOPIC in [one["name"] for one in client.get_list_measurements()]
    policies = client.get_list_retention_policies("efd")
    assert policies[0]["name"] == "autogen" and policies[0]["default"] is True
    rows = list(client.query(f'SELECT * FROM "{TOPIC}" LIMIT 3').get_points())
    assert [row["number"] for row in rows] == [0, 1, 2]
    assert rows[1]["time"] == "2020-09-13T12:26:40.010000Z"  # msgpack carries times, not text
    assert rows[1]["private_efdStamp"] == BEGIN + 0.01
    rows = client.query(f'SELECT count("number") FROM "{TOPIC}"', epoch="ns")
    assert list(rows.get_points()) == [{"time": 0, "count": ROWS}]
    bound = client.query(f'SELECT "number" FROM "{TOPIC}" WHERE "number" = $n',
                         bind_params={"n": 7}, epoch="ms")
    assert list(bound.get_points()) == [{"time": BEGIN * 1000 + 70, "number": 7}]
    client.create_database("made_by_python")
    assert {"name": "made_by_python"} in client.get_list_database()
    with pytest.raises(influxdb.exceptions.InfluxDBClientError) as error:
        client.query("SELEC x")
    assert error.value.code == 400
    client.close()


def test_influxdb_python_as_json(loaded):
    host, port = host_and_port(loaded)
    client = influxdb.InfluxDBClient(host, port, database="efd",
                                     headers={"Accept": "application/json"})
    chunks = client.query(f'SELECT "number" FROM "{TOPIC}"', chunked=True, chunk_size=500)
    rows = [row["number"] for chunk in chunks for row in chunk.get_points()]
    assert rows == list(range(ROWS))
    client.close()


def test_aioinflux(loaded):
    asyncio.run(use_aioinflux(loaded))


async def use_aioinflux(server):
    """As lsst-efd-client does."""
    host, port = host_and_port(server)
    async with aioinflux.InfluxDBClient(host, port, db="efd") as client:
        await client.ping()
        answer = await client.query("SHOW MEASUREMENTS")
        assert [TOPIC] in answer["results"][0]["series"][0]["values"]
        source = f'"efd"."autogen"."{TOPIC}"'
        answer = await client.query(
            f"SELECT number, values1 FROM {source} WHERE time >= '2020-09-13T12:26:41Z' AND "
            "time <= '2020-09-13T12:26:41.02Z'")
        assert answer["results"][0]["series"][0]["values"] == [
            [(BEGIN + 1) * 10**9 + i * 10**7, 100 + i, 0.5] for i in range(3)]
        answer = await client.query(
            f"SELECT number FROM {source} GROUP BY * ORDER BY DESC LIMIT 2")
        assert [row[1] for row in answer["results"][0]["series"][0]["values"]] == [
            ROWS - 1, ROWS - 2]
        chunks = await client.query(f"SELECT number FROM {source}", chunked=True, chunk_size=1000)
        counts = [len(chunk["results"][0]["series"][0]["values"]) async for chunk in chunks]
        assert counts == [1000, 1000, 1000]


# -------------------------------------------------------------------------------------------- curl

def curl(server, *arguments):
    done = subprocess.run(["curl", "-sS", "-i", *arguments[1:], server.influx_url + arguments[0]],
                          capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = head.decode().splitlines()
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def curl_query(server, text, *arguments):
    return curl(server, "/query", "-G", "--data-urlencode", f"q={text}", "-d", "db=efd", *arguments)


FIRST = f'SELECT "number" FROM "{TOPIC}" LIMIT 1'


def test_curl_get_and_post(loaded):
    status, headers, got = curl_query(loaded, FIRST)
    assert (status, headers["x-influxdb-version"]) == (200, "1.8.10")
    assert headers["content-type"] == "application/json"
    status, _, posted = curl(loaded, "/query", "-d", "db=efd", "--data-urlencode", f"q={FIRST}")
    assert status == 200 and posted == got
    assert json.loads(got)["results"][0]["series"][0]["values"] == [["2020-09-13T12:26:40Z", 0]]


@pytest.mark.parametrize("epoch, divisor", [
    ("ns", 1), ("u", 10**3), ("ms", 10**6), ("s", 10**9), ("m", 60 * 10**9), ("h", 3600 * 10**9)])
def test_curl_epoch(loaded, epoch, divisor):
    _, _, body = curl_query(loaded, FIRST, "-d", f"epoch={epoch}")
    time = json.loads(body)["results"][0]["series"][0]["values"][0][0]
    assert time == BEGIN * 10**9 // divisor


def test_curl_pretty_gzip_csv(loaded):
    _, _, plain = curl_query(loaded, FIRST)
    _, _, pretty = curl_query(loaded, FIRST, "-d", "pretty=true")
    assert json.loads(pretty) == json.loads(plain) and pretty.startswith(b"{\n    \"results\": [\n")
    long = f'SELECT * FROM "{TOPIC}"'
    _, headers, packed = curl_query(loaded, long, "-H", "Accept-Encoding: gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == curl_query(loaded, long)[2]
    _, headers, body = curl_query(loaded, FIRST, "-H", "Accept: application/csv")
    assert headers["content-type"] == "application/csv"
    assert body.decode() == f"name,tags,time,number\n{TOPIC},,{BEGIN}000000000,0\n"


def test_curl_chunked(loaded):
    _, headers, body = curl_query(loaded, f'SELECT "number" FROM "{TOPIC}"', "-d", "chunked=true",
                                  "-d", "chunk_size=1000")
    assert headers["transfer-encoding"] == "chunked"
    chunks = [json.loads(line)["results"][0] for line in body.splitlines()]
    assert [len(chunk["series"][0]["values"]) for chunk in chunks] == [1000, 1000, 1000]
    assert [chunk.get("partial") for chunk in chunks] == [True, True, None]


def test_several_statements(loaded):
    answer = loaded.query(f'SHOW DATABASES; SELECT max("number") FROM "{TOPIC}"')
    assert [one["statement_id"] for one in answer] == [0, 1]
    assert answer[1]["series"][0]["values"][0][1] == ROWS - 1


def test_errors(loaded):
    status, headers, body = curl_query(loaded, "SELEC x")
    message = "error parsing query: found SELEC, expected"
    assert status == 400 and json.loads(body)["error"].startswith(message)
    assert headers["x-influxdb-error"].startswith(message)
    status, _, body = curl(loaded, "/query")
    assert (status, json.loads(body)) == (400, {"error": 'missing required parameter "q"'})
    status, _, body = curl_query(loaded, f'SELECT derivative("number") FROM "{TOPIC}"')
    assert status == 200
    assert json.loads(body)["results"][0]["error"].startswith("not supported yet: ")
    status, _, body = curl_query(loaded, 'SELECT x FROM nowhere..m')
    assert json.loads(body)["results"][0]["error"] == "database not found: nowhere"
    assert json.loads(curl_query(loaded, "SELECT x FROM nothing_there")[2]) == {
        "results": [{"statement_id": 0}]}


def test_buckets(loaded):
    """Without a lower bound the first value begins; too many buckets are refused."""
    text = f'SELECT count("number") FROM "{TOPIC}"'
    answer = loaded.query(f"{text} WHERE time < {BEGIN + 60}s GROUP BY time(10s)", epoch="s")
    assert answer[0]["series"][0]["values"] == [
        [BEGIN + i * 10, 1000 if i < 3 else 0] for i in range(6)]
    answer = loaded.query(f"{text} GROUP BY time(1h) fill(none)", epoch="s")
    assert answer[0]["series"][0]["values"] == [[BEGIN // 3600 * 3600, ROWS]]
    answer = loaded.query(f"{text} GROUP BY time(1h) LIMIT 2", epoch="s")
    assert answer[0]["series"][0]["values"] == [[BEGIN // 3600 * 3600, ROWS],
                                                [BEGIN // 3600 * 3600 + 3600, 0]]
    many = f"{text} WHERE time > 0 AND time < {BEGIN + 60}s GROUP BY time(1ms)"
    error = loaded.query(many)[0]["error"]
    assert error.startswith("max-select-buckets limit exceeded: (") and error.endswith("/1000000)")


def test_ping_health_metrics(loaded):
    status, headers, body = curl(loaded, "/ping")
    assert (status, headers["x-influxdb-version"], body) == (204, "1.8.10", b"")
    assert json.loads(curl(loaded, "/ping?verbose=true")[2]) == {"version": "1.8.10"}
    status, _, body = curl(loaded, "/health")
    health = json.loads(body)
    assert status == 200
    assert (health["name"], health["status"], health["version"]) == ("influxdb", "pass", "1.8.10")
    answer = requests.get(loaded.influx_url + "/metrics", timeout=30)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert loaded.metric("efd_sink_rows_total") == ROWS
    registry = loaded.registry_url
    assert requests.get(registry + "/health", timeout=30).json()["status"] == "pass"
    assert "efd_sink_rows_total" in requests.get(registry + "/metrics", timeout=30).text
