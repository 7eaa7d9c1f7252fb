# SPDX-License-Identifier: MIT
"""The store's files on a bad day: a damaged or old manifest, rot, a folder that is removed."""
import shutil
import signal

from avro_records import send_counters
from conftest import await_value, run_efd

TOPIC = "lsst.sal.counter"


def stored_numbers(server):
    return server.column(f'SELECT "number" FROM "{TOPIC}"', "number")


def check_of(server, name):
    checks = {check["name"]: check for check in server.health()["checks"]}
    return checks[name]


def store_twice(server):
    """Ten rows, the manifest as it was then, ten rows more; the server is stopped."""
    server.start()
    send_counters(server, TOPIC, range(10))
    server.await_count(TOPIC, "number", 10)
    server.stop()
    yesterday = (server.folder / "store" / "manifest").read_bytes()
    server.start()
    send_counters(server, TOPIC, range(10, 20))
    server.await_count(TOPIC, "number", 20)
    server.stop()
    return yesterday


def check_adoption(server, manifest):
    """The log has nothing any more; a manifest that does not name the second file."""
    (server.folder / "store" / "manifest").write_bytes(manifest)
    shutil.rmtree(server.folder / "log")
    server.start()
    assert stored_numbers(server) == list(range(10))
    check = check_of(server, "store_files")
    assert check["status"] == "fail"
    [aside] = (server.folder / "store" / "segments").glob("*.seg.aside")
    assert f"efd store adopt {aside}" in check["message"]
    assert str(aside) in server.log_text()
    running = run_efd("store", "adopt", aside)
    assert running.returncode == 1 and "stop the server first" in running.stderr
    send_counters(server, TOPIC, range(20, 25))
    server.await_count(TOPIC, "number", 15)
    server.stop()
    adopted = run_efd("store", "adopt", aside)
    assert adopted.returncode == 0, adopted.stderr
    assert "10 rows are back" in adopted.stdout
    again = run_efd("store", "adopt", aside)
    assert again.returncode == 1 and str(aside) in again.stderr
    server.start()
    assert stored_numbers(server) == list(range(25))
    assert check_of(server, "store_files")["status"] == "pass"


def test_yesterdays_manifest(make_server):
    server = make_server()
    check_adoption(server, store_twice(server))


def test_a_flipped_bit_in_the_manifests_last_record(make_server):
    server = make_server()
    store_twice(server)
    manifest = bytearray((server.folder / "store" / "manifest").read_bytes())
    manifest[-5] ^= 1
    check_adoption(server, bytes(manifest))


def test_damage_that_a_query_finds_is_told(make_server):
    server = make_server()
    store_twice(server)
    path = server.folder / "store" / "segments" / "000000000001.seg"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    server.start()
    assert check_of(server, "store_files")["status"] == "pass"
    for _ in range(2):
        answer = server.post_query(f'SELECT "number" FROM "{TOPIC}"')
        assert "000000000001.seg" in answer.text
    check = check_of(server, "store_files")
    assert check["status"] == "fail" and "000000000001.seg" in check["message"]
    errors = [line for line in server.log_text().splitlines() if "000000000001.seg" in line]
    assert len([line for line in errors if "store" in line]) == 1, errors


def test_a_removed_store_is_noticed(make_server):
    server = make_server()
    store_twice(server)
    server.start()
    assert len(stored_numbers(server)) == 20
    shutil.rmtree(server.folder / "store")
    await_value(lambda: check_of(server, "store")["status"] == "fail", True, 30)
    assert "manifest is gone" in check_of(server, "store")["message"]
    assert "nothing is committed" in server.log_text()
    assert len(stored_numbers(server)) == 20  # what was open is still read
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 1


def test_help_has_examples():
    for arguments in (("store", "--help"), ("store", "adopt", "--help")):
        shown = run_efd(*arguments)
        assert shown.returncode == 0
        assert "efd store adopt /var/lib/efd" in shown.stdout
