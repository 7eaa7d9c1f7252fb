# SPDX-License-Identifier: MIT
"""efd with a real InfluxDB in the place of its store (--influx-url)."""
import threading
import time

import pytest
import requests

import influxdb_server as peer
from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register
from conftest import await_value, run_efd
from test_dead_letters import headers_of, read_letters

TOPIC = "lsst.sal.counter"


class Influxd(peer.Influxdb):
    """With what the tests ask of it."""

    def query(self, text, **params):
        answer = requests.post(self.url + "/query", data={"db": "efd", "q": text, **params},
                               timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def count(self, measurement, field):
        """0 without such a measurement or database."""
        result = self.query(f'SELECT count("{field}") FROM "{measurement}"')[0]
        series = result.get("series", [])
        return series[0]["values"][0][1] if series else 0


@pytest.fixture
def make_influxd(tmp_path):
    if not peer.program():
        pytest.skip("no influxd: `./dev influxdb status` fetches it")
    running = []

    def make(**options):
        running.append(Influxd(tmp_path / f"influxd{len(running)}", **options))
        return running[-1].start()

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def influxd(make_influxd):
    return make_influxd()


def send_counters(server, first, last, schema_id=None):
    schema_id = schema_id or register(server, TOPIC, COUNTER_SCHEMA)
    sender = Sender(server)
    for number in range(first, last):
        sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(number)))
    sender.flush()
    return schema_id


def await_count(influxd, expected, seconds=60):
    await_value(lambda: influxd.count(TOPIC, "number"), expected, seconds)


def test_records_are_queryable_through_efd_and_directly(make_server, influxd):
    efd = make_server("--influx-url", influxd.url).start()
    send_counters(efd, 0, 2000)
    await_count(influxd, 2000)
    assert efd.count(TOPIC, "number") == 2000
    text = f'SELECT * FROM "{TOPIC}" LIMIT 20'
    assert efd.query(text, epoch="ns") == influxd.query(text, epoch="ns")
    series = efd.query(text, epoch="ns")[0]["series"][0]
    assert series["columns"] == ["time", "number", "private_efdStamp", "values0", "values1"]
    assert series["values"][4] == [1_700_000_000_004_000_000, 4, 1_700_000_000.004, 1, 0.5]
    assert not efd.sick()
    chunks = requests.get(efd.influx_url + "/query", timeout=60, params={
        "db": "efd", "q": f'SELECT number FROM "{TOPIC}"', "chunked": "true", "chunk_size": 500})
    assert len(chunks.text.splitlines()) == 4
    assert chunks.headers["X-Influxdb-Version"] == requests.get(
        influxd.url + "/ping", timeout=10).headers["X-Influxdb-Version"]


ODD_TOPIC = "lsst.sal.odd"
ODD_SCHEMA = {
    "type": "record", "name": "odd", "namespace": "lsst.sal",
    "fields": [
        {"name": "private_efdStamp", "type": "double"},
        {"name": "number", "type": "long"},
        {"name": "x", "type": "double"},
        {"name": "f", "type": "float"},
        {"name": "a", "type": {"type": "array", "items": "double"}},
    ],
}
NAN, INF = float("nan"), float("inf")
# x, f and a[1] of records a second apart.
ODD_VALUES = [(1, 0.5, 1), (3, NAN, NAN), (NAN, 1.5, 2), (INF, INF, 3), (5, 2.5, -INF),
              (-INF, NAN, NAN), (NAN, -INF, 4)]
ODD_QUERIES = [
    "SELECT x FROM m", "SELECT x, f, a1 FROM m", "SELECT number, x FROM m ORDER BY time DESC",
    "SELECT * FROM m", "SELECT x, f FROM m LIMIT 2 OFFSET 2",
    "SELECT mean(x), last(x), count(x), sum(x) FROM m", "SELECT min(f), max(f), first(f) FROM m",
    "SELECT count(*) FROM m", "SELECT last(x), number FROM m", "SELECT first(a1), x FROM m",
    "SELECT last(number), x FROM m", "SELECT count(x), count(a1) FROM m WHERE f > 0",
    "SELECT number FROM m WHERE x > 0", "SELECT number FROM m WHERE x != 1",
    "SELECT number FROM m WHERE x = x", "SELECT number FROM m WHERE a1 < 100",
    *(f"SELECT last(x), mean(f) FROM m WHERE time >= 1700000000s AND time < 1700000009s "
      f"GROUP BY time(1s) fill({fill})" for fill in ("null", "none", "previous", "7")),
]


def test_nan_and_infinities_are_absent_in_the_store_and_in_an_influxdb(make_server, influxd):
    answers = []
    for server in make_server("--influx-url", influxd.url), make_server():
        server.start()
        schema_id = register(server, ODD_TOPIC, ODD_SCHEMA)
        sender = Sender(server)
        for number, (x, f, a1) in enumerate(ODD_VALUES):
            record = {"private_efdStamp": 1.7e9 + number, "number": number, "x": x, "f": f,
                      "a": [0.5, a1]}
            sender.send(ODD_TOPIC, encode(schema_id, ODD_SCHEMA, record))
        sender.flush()
        await_value(lambda: server.count(ODD_TOPIC, "number"), len(ODD_VALUES))
        answers.append({text: server.query(text.replace("FROM m", f'FROM "{ODD_TOPIC}"'), epoch="s")
                        for text in ODD_QUERIES})
    for text in ODD_QUERIES:
        assert answers[1][text] == answers[0][text], text
    series = answers[1]["SELECT mean(x), last(x), count(x), sum(x) FROM m"][0]["series"][0]
    assert series["values"] == [[0, 3, 5, 3, 9]]


def test_an_influxdb_that_dies_is_waited_for(make_server, influxd):
    efd = make_server("--influx-url", influxd.url).start()
    schema_id = send_counters(efd, 0, 500)
    await_count(influxd, 500)
    influxd.kill()
    send_counters(efd, 500, 3000, schema_id)
    away = requests.get(efd.influx_url + "/query", params={"q": "SHOW DATABASES"}, timeout=30)
    assert away.status_code == 503
    assert away.json()["error"].startswith(f"cannot reach {influxd.url}: ")
    await_value(lambda: efd.health()["status"] == "fail", True)
    assert influxd.url in efd.health()["message"]
    time.sleep(3)
    influxd.start()
    await_count(influxd, 3000)
    efd.await_ready(200)
    assert efd.health()["status"] == "pass"
    assert efd.metric("efd_dead_letters_total") == 0


def test_kills_of_the_influxdb_under_load_lose_nothing(make_server, influxd):
    efd = make_server("--influx-url", influxd.url).start()
    schema_id = register(efd, TOPIC, COUNTER_SCHEMA)
    stop, sent = threading.Event(), []

    def send():
        sender = Sender(efd)
        while not stop.is_set():
            for _ in range(20):
                record = counter_record(len(sent))
                sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, record))
                sent.append(record)
            time.sleep(0.01)
        sender.flush()

    thread = threading.Thread(target=send)
    thread.start()
    for _ in range(4):
        time.sleep(1)
        influxd.kill()
        time.sleep(0.5)
        influxd.start()
    stop.set()
    thread.join()
    await_count(influxd, len(sent))
    assert efd.count(TOPIC, "number") == len(sent)


def test_a_kill_of_efd_loses_nothing(make_server, influxd):
    efd = make_server("--influx-url", influxd.url).start()
    schema_id = register(efd, TOPIC, COUNTER_SCHEMA)
    for number in range(4):
        send_counters(efd, 500 * number, 500 * (number + 1), schema_id)
        efd.kill()
        efd.start()
    await_count(influxd, 2000)
    efd.stop()
    efd.start()
    send_counters(efd, 2000, 2100, schema_id)
    await_count(influxd, 2100)


def test_what_the_influxdb_refuses_is_a_dead_letter_with_its_reason(make_server, influxd):
    efd = make_server("--influx-url", influxd.url).start()
    schema_id = send_counters(efd, 0, 10)
    await_count(influxd, 10)
    fields = [{**field, "type": "string"} if field["name"] == "number" else field
              for field in COUNTER_SCHEMA["fields"]]
    other = {**COUNTER_SCHEMA, "fields": fields}
    other_id = register(efd, "other", other)
    sender = Sender(efd)
    for number in range(10, 30):
        sender.send(TOPIC, encode(schema_id, COUNTER_SCHEMA, counter_record(number)))
        if number % 10 == 5:
            record = {**counter_record(number, 1.7e9 + 0.0005), "number": "text"}
            sender.send(TOPIC, encode(other_id, other, record), key=str(number))
    sender.flush()
    await_count(influxd, 30)
    await_value(lambda: len(read_letters(efd)), 2)
    letters = read_letters(efd)
    assert [letter.key() for letter in letters] == [b"15", b"25"]
    for letter in letters:
        headers = headers_of(letter)
        assert headers["__connect.errors.stage"] == "TASK_PUT"
        assert "field type conflict" in headers["__connect.errors.exception.message"]
    assert not efd.sick()


def test_two_workers_share_one_group(make_server, influxd):
    first = make_server("--influx-url", influxd.url).start()
    second = make_server("--influx-url", influxd.url, "--broker", first.kafka, "--registry-url",
                         first.registry_url).start()
    topics = [f"lsst.sal.worker{number}" for number in range(12)]
    schema_id = register(first, TOPIC, COUNTER_SCHEMA)
    sender = Sender(first)
    sent = 0

    def send_some():
        nonlocal sent
        for topic in topics:
            for number in range(sent, sent + 20):
                sender.send(topic, encode(schema_id, COUNTER_SCHEMA, counter_record(number)))
        sent += 20
        sender.flush()

    def counts():
        return [influxd.count(topic, "number") for topic in topics]

    end = time.monotonic() + 90
    rows = [server.metric("efd_sink_rows_total") for server in (first, second)]
    while not all(rows) and time.monotonic() < end:
        send_some()
        time.sleep(0.5)
        rows = [server.metric("efd_sink_rows_total") for server in (first, second)]
    assert all(rows), rows
    send_some()
    await_value(lambda: min(counts()), sent)
    second.kill()
    send_some()
    await_value(lambda: min(counts()), sent)
    assert counts() == [sent] * len(topics)


def test_user_and_password(make_server, make_influxd):
    influxd = make_influxd(auth=True)
    made = requests.post(influxd.url + "/query", timeout=10, data={
        "q": "CREATE USER admin WITH PASSWORD 'se:cret' WITH ALL PRIVILEGES"})
    assert made.status_code == 200, made.text
    refused = make_server("--influx-url", influxd.url).start()
    schema_id = send_counters(refused, 0, 5)
    refused.await_ready(503)
    assert "check the user" in refused.ready()[1]
    assert refused.health()["status"] == "pass"  # it answers, and the user is the asker's
    refused.stop()
    url = influxd.url.replace("://", "://admin:se%3Acret@")
    efd = make_server("--influx-url", url, folder=refused.folder.name).start()
    assert efd.post_query("SHOW DATABASES").status_code == 401  # whoever asks needs a user, too

    def count():
        answer = requests.post(efd.influx_url + "/query", auth=("admin", "se:cret"), timeout=30,
                               data={"db": "efd", "q": f'SELECT count(number) FROM "{TOPIC}"'})
        series = answer.json()["results"][0].get("series", [])
        return series[0]["values"][0][1] if series else 0

    await_value(count, 5)
    send_counters(efd, 5, 8, schema_id)
    await_value(count, 8)
    assert "cret" not in efd.log_text()


@pytest.mark.parametrize("options, words", [
    (["--influx-url", "http://127.0.0.1:8086"], "listens itself"),
    (["--influx-url", "https://influx:8086"], "https is not supported"),
    (["--influx-url", "influx"], "expected http://HOST:PORT"),
    (["--targets.influx_user=ann"], "needs --influx-url"),
])
def test_settings_that_make_no_sense_are_refused(tmp_path, options, words):
    done = run_efd("serve", "--data", tmp_path / "data", *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
