# SPDX-License-Identifier: MIT
"""A disk that promises more room than it has: there is free space, writes are taken, and what they
wrote cannot reach the disk. Nothing that was acknowledged may be gone then.
"""
import os
import subprocess
import time
from pathlib import Path

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

TOPIC = "thin"
DISK_BYTES = 48 << 20
MESSAGE_BYTES = 20_000
MESSAGES_MAX = 3 * DISK_BYTES // MESSAGE_BYTES


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


# What a failing sync says: without a journal, and with one that has gone round before the disk is
# full, that there is no space left. The default journal is of 32 MiB, and has no room of its own
# either: ext4 gives up with an I/O error.
FORMATS = {"default": (), "small journal": ("-J", "size=4"), "no journal": ("-O", "^has_journal")}


class ThinDisk:
    """ext4 of 1 GiB in a sparse file, on a disk of 48 MiB in memory."""

    def __init__(self, folder, options):
        self.options = options
        self.is_broken = not options
        self.below = folder / "below"
        self.folder = folder / "disk"
        self.image = self.below / "image"
        self.below.mkdir()
        self.folder.mkdir()

    def make(self):
        """Why it cannot be had, or None."""
        mounted = run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", self.below)
        if mounted.returncode != 0:
            return f"needs to mount a tmpfs: {mounted.stderr}"
        with open(self.image, "wb") as image:
            image.truncate(1 << 30)
        made = run("mkfs.ext4", "-q", "-E", "lazy_itable_init=1", *self.options, self.image)
        if made.returncode != 0:
            return f"needs mkfs.ext4: {made.stderr}"
        return self.mount()

    def mount(self):
        """The loop device takes one page at a time: of a longer write for which there is room in
        part it says that all was written (Linux 6.18), and a sync that lies is not what this is
        about. Why it cannot be had, or None.
        """
        made = run("losetup", "--find", "--show", self.image)
        device = made.stdout.strip()
        if made.returncode != 0:
            return f"needs loop devices: {made.stderr}"
        try:
            Path("/sys/block", Path(device).name, "queue/max_sectors_kb").write_text("4")
            mounted = run("mount", device, self.folder)
            return None if mounted.returncode == 0 else f"needs to mount: {mounted.stderr}"
        except OSError as error:
            return f"needs to set up a loop device: {error}"
        finally:
            run("losetup", "--detach", device)  # once it is not mounted any more

    def make_room(self):
        assert run("mount", "-o", "remount,size=1g", self.below).returncode == 0

    def mount_again(self):
        """What only the memory has is gone then, as when the machine starts anew."""
        assert run("umount", self.folder).returncode == 0
        run("e2fsck", "-fy", self.image)
        reason = self.mount()
        assert reason is None, reason

    def remove(self):
        run("umount", "-l", self.folder)
        run("umount", "-l", self.below)


@pytest.fixture(params=FORMATS)
def thin_disk(request, tmp_path):
    disk = ThinDisk(tmp_path, FORMATS[request.param])
    try:
        reason = disk.make()
    except FileNotFoundError as missing:
        reason = str(missing)
    if reason:
        disk.remove()
        pytest.skip(reason)
    yield disk
    disk.remove()


class Writer:
    """acks=all; what was acknowledged, by offset."""

    def __init__(self, server):
        self.kept = {}
        self.refused = []
        self.sent = 0
        self.producer = Producer({"bootstrap.servers": server.kafka, "acks": "all",
                                  "enable.idempotence": True, "message.timeout.ms": 8000,
                                  "linger.ms": 5, "batch.num.messages": 20})

    def send(self):
        value = b"%d:" % self.sent + os.urandom(MESSAGE_BYTES)
        self.sent += 1

        def told(error, message):
            if error:
                self.refused.append(error)
            else:
                self.kept[message.offset()] = value
        self.producer.produce(TOPIC, value, on_delivery=told)

    def send_until_refused(self):
        while not self.refused and self.sent < MESSAGES_MAX:
            if len(self.producer) < 60:
                self.send()
            self.producer.poll(0.01)
        self.producer.flush(30)


def read_all(server):
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": "thin"})
    partition = TopicPartition(TOPIC, 0, OFFSET_BEGINNING)
    end = consumer.get_watermark_offsets(partition, timeout=30)[1]
    consumer.assign([partition])
    values = {}
    give_up_at = time.monotonic() + 120
    while len(values) < end:
        assert time.monotonic() < give_up_at, f"{len(values)} of {end}"
        for message in consumer.consume(500, timeout=1):
            assert not message.error(), message.error()
            values[message.offset()] = message.value()
    consumer.close()
    return values


@pytest.mark.parametrize("room_before_the_kill", [False, True])
def test_what_was_acknowledged_is_kept(make_server, thin_disk, room_before_the_kill):
    server = make_server("--log.disk_reserve_bytes=16777216", "--log.disk_share_max=0.9",
                         "--log.checkpoint_bytes=16777216")
    server.folder = thin_disk.folder
    server.start()
    writer = Writer(server)
    writer.send_until_refused()
    assert writer.refused and writer.kept, "the disk was never full"
    if room_before_the_kill:
        thin_disk.make_room()
        if thin_disk.is_broken:
            time.sleep(3)  # a look at free space must not open intake
            assert server.ready()[0] == 503
        else:
            server.await_ready()  # what was not durable has been written again
    server.kill()
    thin_disk.make_room()
    thin_disk.mount_again()
    server.start()
    kept = read_all(server)
    lost = [offset for offset, value in writer.kept.items() if kept.get(offset) != value]
    assert not lost, f"{len(writer.kept)} acknowledged, {len(lost)} of them lost"
    assert len(set(kept.values())) == len(kept), "some are there twice"
    server.await_ready()
    writer = Writer(server)
    for _ in range(10):
        writer.send()
    writer.producer.flush(60)
    assert len(writer.kept) == 10
    server.stop()
