# SPDX-License-Identifier: MIT
"""The program's face: words, exit codes and one clear line for each mistake."""
import contextlib
import csv
import io
import json
import signal
import socket
import subprocess
import tarfile
import threading

import pytest
import requests

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register
from conftest import PROGRAM, await_value, run_efd

OK, FAILED, USAGE = 0, 1, 2

GOOD_XML = """<?xml version="1.0" encoding="UTF-8"?>
<SALTelemetrySet>
  <SALTelemetry>
    <Subsystem>Tiny</Subsystem>
    <Version>1.0</Version>
    <EFDB_Topic>Tiny_{name}</EFDB_Topic>
    <item><EFDB_Name>angle</EFDB_Name><IDL_Type>double</IDL_Type><IDL_Size>1</IDL_Size>
      <Units>degree</Units><Count>1</Count></item>
    <item><EFDB_Name>forces</EFDB_Name><IDL_Type>float</IDL_Type><IDL_Size>1</IDL_Size>
      <Units>N</Units><Count>{count}</Count></item>
  </SALTelemetry>
</SALTelemetrySet>
"""


def assert_one_line(done, exit_code, *words):
    """Ended with this code, and said why in one line that has these words."""
    assert done.returncode == exit_code, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0], lines[0]


# ------------------------------------------------------------------------------ words and mistakes

@pytest.mark.parametrize("command", [
    [], ["serve"], ["salschema", "convert"], ["salmock", "produce"], ["salmock", "consume"],
    ["query"], ["demo"], ["config"], ["config", "check"], ["salmock"], ["salschema"],
    ["saltransform"]])
def test_help_has_examples(command):
    done = run_efd(*command, "--help")
    assert done.returncode == OK
    assert "Usage: efd" in done.stdout
    assert "Example" in done.stdout and "efd " + " ".join(command) in done.stdout


def test_help_tells_defaults():
    assert "127.0.0.1:9092" in run_efd("serve", "--help").stdout
    help = run_efd("salmock", "produce", "--help").stdout
    assert "127.0.0.1:9092" in help and "[]" not in help


def test_version():
    done = run_efd("--version")
    assert done.returncode == OK
    assert done.stdout.startswith("efd ")


@pytest.mark.parametrize("typed, wanted", [
    (["serv"], "serve"), (["querry", "x"], "query"), (["salmock", "prduce"], "produce"),
    (["serve", "--dta", "x"], "--data"), (["serve", "--kafak", "x:1"], "--kafka"),
    (["salmock", "produce", "--rate-scal", "2"], "--rate-scale")])
def test_typo_gets_the_nearest_word(typed, wanted):
    assert_one_line(run_efd(*typed), USAGE, f"did you mean '{wanted}'")


@pytest.mark.parametrize("arguments, word", [
    (["serve"], "--data"),
    (["query"], "text"),
    (["salmock", "produce", "--profile", "sqr-28"], "sqr-029"),
    (["salmock", "produce", "--duration", "-1"], "-1 is less than 0"),
    (["salmock", "produce", "--duration", "long"], "long"),
    (["demo", "--duration", "0"], "0 is not above 0"),
    (["demo", "--broker", ""], "--broker"),
    (["salmock", "produce", "--broker-set", "acks"], "'acks' is not NAME=VALUE"),
    (["saltransform", "run", "--metrics", "nine"], "--metrics"),
    (["salmock", "consume", "x", "--registry-url", "nine"], "--registry-url"),
    (["salschema", "convert", "x", "--prune"], "--write"),
    (["query", "x", "--format", "xml"], "format")])
def test_usage_is_told(arguments, word):
    assert_one_line(run_efd(*arguments), USAGE, word)


@pytest.fixture
def closed_port():
    """An address where nobody listens: bound, but not listening."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


def test_wrong_address_is_one_line(closed_port, tmp_path):
    registry = f"http://{closed_port}"
    (tmp_path / "Tiny_a.xml").write_text(GOOD_XML.format(name="a", count=2))
    for arguments in (
            ["query", "SHOW DATABASES", "--influx-url", registry],
            ["salmock", "produce", "--topic", "t", "--broker", closed_port,
             "--registry-url", registry],
            ["salmock", "consume", "t", "--broker", closed_port, "--registry-url", registry],
            ["salschema", "convert", tmp_path, "--upload", "--registry-url", registry]):
        done = run_efd(*arguments)
        assert done.returncode == FAILED, (arguments, done.stderr)
        errors = [line for line in done.stderr.splitlines() if line]
        assert len(errors) == 1 and closed_port in errors[0], (arguments, done.stderr)


def test_another_protocols_port_is_one_line(server):
    done = run_efd("salmock", "consume", "t", "--broker", server.addresses["registry"],
                   "--registry-url", server.registry_url)
    assert_one_line(done, FAILED, server.addresses["registry"], "not Kafka")


# ----------------------------------------------------------------------------------- configuration

def test_config_default_is_a_good_file(tmp_path):
    default = run_efd("config", "default")
    assert default.returncode == OK
    file = tmp_path / "efd.toml"
    file.write_text(default.stdout)
    assert run_efd("config", "check", file).returncode == OK
    uncommented = [line[1:] if line.startswith("#") and " = " in line and not line.startswith("# ")
                   else line for line in default.stdout.splitlines()]
    file.write_text("\n".join(uncommented))
    done = run_efd("config", "check", file)
    assert done.returncode == OK, done.stderr


@pytest.mark.parametrize("text, words", [
    ("[log]\nretention_sm = 1\n", ["retention_sm", "retention_ms"]),
    ("[log]\nretention_ms = 'long'\n", ["retention_ms"]),
    ("[net]\nloops = 1000\n", ["net.loops"]),
    ("[listen]\nkafka = 'localhost'\n", ["efd.toml:2", "listen.kafka", "HOST:PORT"]),
    ("[connector]\ntopics = '(('\n", ["efd.toml:2", "connector.topics"]),
    ("[log\n", ["efd.toml"])])
def test_config_check_tells_what_is_wrong(tmp_path, text, words):
    file = tmp_path / "efd.toml"
    file.write_text(text)
    done = run_efd("config", "check", file)
    assert done.returncode != OK
    for word in words:
        assert word in done.stderr, done.stderr


def test_serve_reads_its_configuration(make_server, tmp_path):
    file = tmp_path / "efd.toml"
    file.write_text('[connector]\ndatabase = "summit"\n')
    server = make_server("--config", file).start()
    schema_id = register(server, "lsst.sal.counter", COUNTER_SCHEMA)
    sender = Sender(server)
    sender.send("lsst.sal.counter", encode(schema_id, COUNTER_SCHEMA, counter_record(1)))
    sender.flush()
    text = 'SELECT count("number") FROM summit.."lsst.sal.counter"'
    await_value(lambda: sum(server.column(text, "count")), 1)


def test_the_command_line_goes_before_the_file(make_server, tmp_path):
    file = tmp_path / "efd.toml"
    file.write_text('[listen]\nmetrics = "127.0.0.1:0"\n')
    assert "metrics" not in make_server("--config", file, "--metrics", "").start().addresses
    assert_one_line(run_efd("serve", "--data", tmp_path / "d", "--net.loops="), USAGE, "net.loops")


def test_there_may_be_more_listeners_and_connectors(make_server, tmp_path):
    file = tmp_path / "efd.toml"
    file.write_text("""
[saltransform]
enabled = false
[listener.second]
protocol = "influx"
bind = "127.0.0.1:0"
[listener.outside]
bind = "127.0.0.1:0"
advertised = "127.0.0.1:9"
[connector.dm]
topics = "lsst\\\\.dm\\\\..*"
database = "dm"
[connector]
topics = "lsst\\\\.sal\\\\..*"
""")
    server = make_server("--config", file, "--listener.third.protocol=registry",
                         "--listener.third.bind", "127.0.0.1:0").start()
    assert set(server.addresses) >= {"kafka", "registry", "influx", "second", "outside", "third"}
    schema_id = register(server, "lsst.sal.counter", COUNTER_SCHEMA)
    sender = Sender(server)
    for topic in ("lsst.sal.counter", "lsst.dm.counter", "lsst.other"):
        sender.send(topic, encode(schema_id, COUNTER_SCHEMA, counter_record(1)))
    sender.flush()
    for database, topic in (("efd", "lsst.sal.counter"), ("dm", "lsst.dm.counter")):
        text = f'SELECT count("number") FROM {database}.."{topic}"'
        await_value(lambda: sum(server.column(text, "count")), 1)
    for name in ("second", "influx"):
        answer = requests.get(f"http://{server.addresses[name]}/query", timeout=10,
                              params={"db": "dm", "q": "SHOW MEASUREMENTS"}).json()
        assert answer["results"][0]["series"][0]["values"] == [["lsst.dm.counter"]]
    assert requests.get(f"http://{server.addresses['third']}/subjects", timeout=10).json() == [
        "lsst.sal.counter"]


@pytest.mark.parametrize("option, words", [
    ("--connector.dm.database=x", ["connector.dm", "topics"]),
    ("--connector.dm.topcis=x", ["connector.dm.topcis"]),
    ("--listener.x.protocol=smtp", ["smtp", "kafka|registry|influx|metrics"])])
def test_named_settings_are_checked(tmp_path, option, words):
    assert_one_line(run_efd("serve", "--data", tmp_path / "d", option), USAGE, *words)


# ------------------------------------------------------------------------------------------- serve

def test_serve_refuses_targets(tmp_path):
    done = run_efd("serve", "--data", tmp_path / "d", "--broker", "127.0.0.1:9092")
    assert done.returncode in (FAILED, USAGE)
    assert_one_line(done, done.returncode, "broker")


def test_a_folder_has_one_server(server):
    done = run_efd("serve", "--data", server.folder, "--kafka", "127.0.0.1:0",
                   "--registry", "127.0.0.1:0", "--influx", "127.0.0.1:0")
    assert "ready" not in done.stdout
    errors = [line for line in done.stderr.splitlines() if '"level":"info"' not in line]
    assert done.returncode == FAILED
    assert len(errors) == 1 and str(server.folder) in errors[0], done.stderr
    assert not server.sick()


def test_port_in_use_is_one_line(server, tmp_path):
    done = run_efd("serve", "--data", tmp_path / "d", "--kafka", server.kafka,
                   "--registry", "127.0.0.1:0", "--influx", "127.0.0.1:0")
    assert "ready" not in done.stdout
    errors = [line for line in done.stderr.splitlines() if '"level":"info"' not in line]
    assert done.returncode == FAILED
    assert len(errors) == 1 and server.kafka in errors[0], done.stderr


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_with_0(efd, stop):
    efd.process.send_signal(stop)
    assert efd.process.wait(60) == OK


def test_metrics_listener(make_server):
    server = make_server("--metrics", "127.0.0.1:0").start()
    address = server.addresses.get("metrics")
    assert address, server.addresses
    assert "efd_lane_records_total" in requests.get(f"http://{address}/metrics", timeout=10).text
    assert requests.get(f"http://{address}/health", timeout=10).json()["status"] == "pass"


# ------------------------------------------------------------------------------------------- query

def query(server, text, *options):
    return run_efd("query", text, "--influx-url", server.influx_url, *options)


def test_query_formats(server):
    topic = "lsst.sal.query_formats"
    schema_id = register(server, topic, COUNTER_SCHEMA)
    sender = Sender(server)
    for number in range(3):
        sender.send(topic, encode(schema_id, COUNTER_SCHEMA, counter_record(number)))
    sender.flush()
    server.await_count(topic, "number", 3)
    text = f'SELECT "number", "values0" FROM "{topic}"'

    table = query(server, text)
    assert table.returncode == OK
    lines = table.stdout.splitlines()
    assert lines[0] == f"name: {topic}" and lines[1].split() == ["time", "number", "values0"]
    assert lines[4].split()[1:] == ["2", "0.5"]

    rows = list(csv.DictReader(io.StringIO(query(server, text, "--format", "csv").stdout)))
    assert [(row["number"], row["values0"]) for row in rows] == [("0", "0"), ("1", "0.25"),
                                                                ("2", "0.5")]
    answer = json.loads(query(server, text, "--format", "json").stdout)
    assert [row[1] for row in answer["results"][0]["series"][0]["values"]] == [0, 1, 2]


def test_query_tells_what_it_does_not_show(server):
    topic = "lsst.sal.query_types"
    texts = {**COUNTER_SCHEMA, "fields": [
        {**field, "type": "string"} if field["name"] == "number" else field
        for field in COUNTER_SCHEMA["fields"]]}
    sender = Sender(server)
    for schema, record in ((COUNTER_SCHEMA, counter_record(1)),
                           (texts, {**counter_record(2), "number": "two"})):
        sender.send(topic, encode(register(server, topic, schema), schema, record))
    sender.flush()
    server.await_count(topic, "values0", 2)
    table = query(server, f'SELECT "number" FROM "{topic}"')
    assert table.returncode == OK
    assert table.stderr.startswith("efd: warning: number also has values of type string")
    assert "number::string shows them" in table.stderr
    later = query(server, f'SELECT "number" FROM "{topic}" WHERE time > 1700000000001ms')
    assert later.stdout.splitlines()[2].split()[1:] == ["two"] and later.stderr == ""


def test_query_errors(server):
    for options in ([], ["--format", "json"]):
        done = query(server, "SELEC x", *options)
        assert done.returncode == FAILED and "found SELEC" in done.stderr
    for options in ([], ["--format", "csv"]):
        done = query(server, "SHOW DATABASES; SELECT derivative(x) FROM m", *options)
        assert "efd" in done.stdout
        assert_one_line(done, FAILED, "not supported yet")
    done = run_efd("query", "SHOW DATABASES", "--influx-url", server.registry_url)
    assert_one_line(done, FAILED, server.registry_url, "404")


# --------------------------------------------------------------------------------------- salschema

@pytest.fixture
def xml_folder(tmp_path):
    folder = tmp_path / "xml"
    folder.mkdir()
    for name, count in (("a", 3), ("b", 1)):
        text = GOOD_XML.format(name=name, count=count)
        (folder / f"Tiny_Telemetry_{name}.xml").write_text(text)
    return folder


def test_convert_a_folder(xml_folder, tmp_path):
    schemas = tmp_path / "schemas"
    done = run_efd("salschema", "convert", xml_folder, "--write", schemas)
    assert done.returncode == OK, done.stderr
    assert sorted(path.name for path in schemas.iterdir()) == ["Tiny_a.json", "Tiny_b.json"]
    fields = {field["name"]: field["type"]
              for field in json.loads((schemas / "Tiny_a.json").read_text())["fields"]}
    assert fields["angle"] == "double"
    assert fields["forces"] == {"type": "array", "items": "float", "sal_count": 3}


def test_convert_an_archive_as_json(xml_folder, tmp_path):
    archive = tmp_path / "tiny.tar.xz"
    with tarfile.open(archive, "w:xz") as tar:
        tar.add(xml_folder, "xml")
    done = run_efd("salschema", "convert", archive, "--write", tmp_path / "s", "--json")
    assert done.returncode == OK, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["files"], summary["topics"], summary["written"]) == (2, 2, 2)


def test_convert_reports_bad_files_and_goes_on(xml_folder, tmp_path):
    (xml_folder / "Tiny_Telemetry_c.xml").write_text("<SALTelemetrySet>\n<SALTelemetry>\n</x>")
    bad_type = GOOD_XML.format(name="d", count=1).replace(">double<", ">dubble<")
    (xml_folder / "Tiny_Telemetry_d.xml").write_text(bad_type)
    done = run_efd("salschema", "convert", xml_folder, "--write", tmp_path / "s")
    assert done.returncode == FAILED
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["Tiny_a.json",
                                                                        "Tiny_b.json"]
    assert "Tiny_Telemetry_c.xml" in done.stderr
    assert "Tiny_d" in done.stderr and "dubble" in done.stderr
    assert "2 problems" in done.stderr


def test_convert_without_a_source(tmp_path):
    assert_one_line(run_efd("salschema", "convert", tmp_path / "none"), FAILED, "none")


# ----------------------------------------------------------------------------------------- salmock

@contextlib.contextmanager
def running(*arguments):
    """The program in the background, killed when it lasts too long."""
    process = subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    guard = threading.Timer(90, process.kill)
    guard.start()
    try:
        yield process
    finally:
        guard.cancel()
        process.kill()
        process.wait()


def test_salmock_one_topic(server, xml_folder):
    """convert --upload, produce --topic, consume; SIGINT ends both with 0."""
    addresses = ["--broker", server.kafka, "--registry-url", server.registry_url]
    upload = run_efd("salschema", "convert", xml_folder, "--upload", *addresses[2:])
    assert upload.returncode == OK, upload.stderr
    with running("salmock", "produce", "--topic", "Tiny_a", "--rate-scale", "20", "--acks", "all",
                 "--json", *addresses) as produce:
        with running("salmock", "consume", "Tiny_a", *addresses) as consume:
            lines = [json.loads(consume.stdout.readline()) for _ in range(5)]
            consume.send_signal(signal.SIGINT)
            assert consume.wait() == OK
        produce.send_signal(signal.SIGINT)
        output, errors = produce.communicate()
    assert produce.returncode == OK, errors
    assert [line["offset"] - lines[0]["offset"] for line in lines] == [0, 1, 2, 3, 4]
    assert all(line["topic"] == "lsst.sal.Tiny_a" for line in lines)
    assert all(len(line["value"]["forces"]) == 3 for line in lines), lines[0]
    server.await_count("lsst.sal.Tiny_a", "angle", json.loads(output)["produced"])


def test_salmock_profile(efd):
    produce = run_efd("salmock", "produce", "--profile", "sqr-029", "--duration", "3",
                      "--rate-scale", "0.1", "--json", "--broker", efd.kafka,
                      "--registry-url", efd.registry_url)
    assert produce.returncode == OK, produce.stderr
    figures = json.loads(produce.stdout)
    assert figures["failed"] == 0 and figures["produced"] > 1000
    efd.await_metric("efd_sink_rows_total", figures["produced"])
    assert efd.metric("efd_dead_letters_total") == 0
