# SPDX-License-Identifier: MIT
"""Bytes that no client sends: the server stays up, and what they cost is bounded."""
import contextlib
import random
import select
import socket
import struct
import time

import pytest

from avro_records import COUNTER_SCHEMA, Sender, counter_record, encode, register

LISTENERS = ["kafka", "registry", "influx"]
ROUNDS = 150


def connect(server, listener):
    host, port = server.addresses[listener].rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=30)


def throw(server, listener, data):
    """Sends, says that no more comes, and reads until the server closes."""
    with contextlib.suppress(ConnectionError), connect(server, listener) as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65536):
            pass


def resident_kb(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def assert_works(server, topic):
    """A record goes all the way."""
    schema_id = register(server, topic, COUNTER_SCHEMA)
    sender = Sender(server)
    sender.send(topic, encode(schema_id, COUNTER_SCHEMA, counter_record(1)))
    sender.flush()
    server.await_count(topic, "number", 1)
    assert not server.sick()
    assert server.process.poll() is None


def api_versions_request(correlation=7):
    body = struct.pack(">hhih", 18, 0, correlation, -1)
    return struct.pack(">i", len(body)) + body


def hostile_frames(chance):
    """Frames of every API key and version with a body of noise."""
    for key in range(-1, 70):
        for version in (0, 1, 3, 7, 12, 32767):
            body = struct.pack(">hhih", key, version, 1, -1) + chance.randbytes(
                chance.randrange(0, 200))
            yield struct.pack(">i", len(body)) + body


@pytest.mark.parametrize("listener", LISTENERS)
def test_random_bytes(server, listener):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        throw(server, listener, chance.randbytes(chance.choice([1, 3, 4, 10, 100, 5000])))
    assert_works(server, f"lsst.sal.random_{listener}")


def test_kafka_frames_of_noise(server):
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    for frame in hostile_frames(random.Random(seed)):
        throw(server, "kafka", frame)
    assert_works(server, "lsst.sal.noise")


@pytest.mark.parametrize("length", [-1, -(2**31), 0, 1, 2**31 - 1, 0x7F000000, 200_000_000])
def test_kafka_lengths(server, length):
    before = resident_kb(server)
    held = [connect(server, "kafka") for _ in range(20)]
    for peer in held:
        with contextlib.suppress(ConnectionError):
            peer.sendall(struct.pack(">i", length) + b"\0" * 100)
    assert not server.sick()
    assert resident_kb(server) - before < 100_000
    for peer in held:
        peer.close()
    assert_works(server, f"lsst.sal.length_{length}")


def test_kafka_arrays_of_impossible_length(server):
    """A request of a few bytes that says it has two thousand million topics."""
    before = resident_kb(server)
    for key, version in ((3, 1), (0, 3), (1, 4), (2, 1), (19, 0), (20, 0), (32, 0)):
        for count in (2**31 - 1, 2**30, -2):
            body = struct.pack(">hhih", key, version, 1, -1) + struct.pack(">i", count) * 8
            throw(server, "kafka", struct.pack(">i", len(body)) + body)
    assert resident_kb(server) - before < 100_000
    assert_works(server, "lsst.sal.arrays")


def test_half_frames_and_slow_peers(server):
    """Peers that stop in the middle hold nobody up; a byte at a time is a request too."""
    stopped = []
    for listener, start in (("kafka", struct.pack(">i", 1000) + b"half"),
                            ("influx", b"GET /query?q=SHOW%20DATA"),
                            ("registry", b"POST /subjects/x/versions HTTP/1.1\r\n"
                                         b"Content-Length: 1000\r\n\r\n{")):
        for _ in range(20):
            peer = connect(server, listener)
            peer.sendall(start)
            stopped.append(peer)
    with connect(server, "kafka") as slow:
        for byte in api_versions_request():
            slow.sendall(bytes([byte]))
        length, correlation = struct.unpack(">ii", slow.recv(8, socket.MSG_WAITALL))
        assert correlation == 7 and length > 4
    assert_works(server, "lsst.sal.slow")
    for peer in stopped:
        peer.close()


def test_a_reader_that_does_not_read(server):
    """A client that asks without end and reads nothing is not buffered for without end."""
    before = resident_kb(server)
    with connect(server, "kafka") as deaf:
        deaf.settimeout(2)
        with contextlib.suppress(TimeoutError, ConnectionError):
            for _ in range(4000):
                deaf.sendall(api_versions_request() * 100)
        assert_works(server, "lsst.sal.deaf")
        assert resident_kb(server) - before < 150_000


@pytest.mark.parametrize("head", [
    b"GET / HTTP/1.1\r\n" + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\n\r\n",
    b"".join(b"H%d: x\r\n" % i for i in range(100_000)),
    b"POST /query HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n",
    b"POST /query HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /query HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    b"POST /query HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    b"GET /query?q=%zz%f HTTP/1.1\r\n\r\n",
    b"\r\n" * 10_000,
])
@pytest.mark.parametrize("listener", ["registry", "influx"])
def test_http_heads(server, listener, head):
    throw(server, listener, head)
    assert not server.sick()


def test_queries_that_nest_deeply(server):
    for text in ("SELECT " + "(" * 100_000, "SELECT x FROM " + "(SELECT x FROM " * 5_000 + "m",
                 "SELECT x FROM m WHERE " + "NOT " * 10_000, ";" * 100_000,
                 "SELECT " + "-" * 50_001 + "1 FROM m", "SELECT /" + "(a" * 20_000 + "/ FROM m",
                 "SELECT x FROM m WHERE " + "(x = 1 AND " * 20_000):
        answer = server.post_query(text)
        assert answer.status_code in (200, 400), answer.text[:200]
    assert_works(server, "lsst.sal.nested")


def closed_by_the_server(peers, wanted, seconds=30):
    """How many of the connections are closed, once it is as many as wanted."""
    still_open, end = set(peers), time.monotonic() + seconds
    while len(peers) - len(still_open) < wanted and time.monotonic() < end:
        for peer in select.select(still_open, [], [], 0.5)[0]:
            with contextlib.suppress(ConnectionError):
                assert peer.recv(1) == b""
            still_open.remove(peer)
    return len(peers) - len(still_open)


@pytest.mark.parametrize("listener", LISTENERS)
def test_connections_are_bounded(make_server, listener):
    server = make_server("--net.connections_max=20").start()
    peers = [connect(server, listener) for _ in range(60)]
    assert closed_by_the_server(peers, 40) == 40
    for peer in peers:
        peer.close()
    assert_works(server, "lsst.sal.bounded")


@pytest.mark.parametrize("listener", LISTENERS)
def test_half_open_connections_do_not_close_a_port(make_server, listener):
    """They say nothing, or half of something; whoever has something to say gets their places."""
    server = make_server("--net.connections_max=20", "--net.first_request_timeout_ms=1",
                         "--groups.initial_rebalance_delay_ms=0").start()
    peers = []
    for i in range(60):
        peers.append(connect(server, listener))
        if i % 2:
            peers[-1].sendall(b"GET /query?q=" if listener != "kafka" else b"\0\0\0\x20\0\x12")
        time.sleep(0.01)
    assert_works(server, "lsst.sal.half")
    assert server.metric("efd_connections_displaced_total") >= 20
    for peer in peers:
        peer.close()
