# SPDX-License-Identifier: MIT
"""One run: the designed load through one pipeline, and what that took."""
import dataclasses
import json
import os
import socket
import subprocess
import sys
import time

from pipelines import PROGRAM, RealParts
from probes import COUNTED_FIELD, Prober
from processes import CostMeter, cpu_seconds

# At the full rate: every topic has records before it counts.
FIRST_SECONDS = 1.5
# Compilers and caches; at a rate that every pipeline keeps up with.
SETTLE_SECONDS = 8
SETTLE_RATE_SCALE_MAX = 0.1
PREPARE_SECONDS_MAX = 120
DRAIN_SECONDS_MAX = 120
COUNT_SECONDS_MAX = 30
# More than this of load in flight when the load ends, or less of it sent, is falling behind.
BACKLOG_SECONDS_MAX = 2
SENT_SHARE_MIN = 0.99
OTHER_SHARE_MAX = 0.15  # of the cores; the kernel's own work is a part of it


@dataclasses.dataclass
class Figures:
    title: str
    rate_scale: float
    wanted_per_second: float = 0
    sent_per_second: float = 0
    load_seconds: float = 0  # of sending
    run_seconds: float = 0  # until everything was written
    drained: bool = False
    sent: int = 0  # with probes, without the warm-up
    stored: int = 0
    refused: int = 0  # by the broker
    backlog: int = 0  # when the load ended
    costs: list = dataclasses.field(default_factory=list)  # ProcessCost
    machine_seconds: float = 0
    producer_cpu_seconds: float = 0
    own_cpu_seconds: float = 0
    latencies_ms: list = dataclasses.field(default_factory=list)  # sorted
    probes_lost: int = 0
    polls: int = 0
    note: str = ""

    def us_per_message(self, cost):
        return 1e6 * cost.cpu_seconds / max(1, self.sent)

    def other_share(self):
        """Of all cores, what was busy with neither the pipeline nor its load."""
        ours = sum(cost.cpu_seconds for cost in self.costs)
        other = self.machine_seconds - ours - self.producer_cpu_seconds - self.own_cpu_seconds
        return max(0, other) / (os.cpu_count() * self.run_seconds)

    def problems(self):
        """Why these are not the figures of a pipeline that keeps up; [] when it does."""
        found = []
        if self.stored != self.sent:
            found.append(f"{self.sent} sent, {self.stored} stored")
        if self.refused:
            found.append(f"{self.refused} messages refused by the broker")
        if self.probes_lost:
            found.append(f"{self.probes_lost} probes never seen")
        if self.sent_per_second < SENT_SHARE_MIN * self.wanted_per_second:
            found.append(f"the producer sent {self.sent_per_second:.0f}/s of "
                         f"{self.wanted_per_second:.0f}/s wanted")
        backlog_seconds = self.backlog / max(1, self.wanted_per_second)
        if backlog_seconds > BACKLOG_SECONDS_MAX:
            found.append(f"it fell behind: {self.backlog} messages, {backlog_seconds:.1f} s of "
                         "load, were on their way when the load ended")
        if self.other_share() > OTHER_SHARE_MAX:
            found.append(f"the machine was not its own: {100 * self.other_share():.0f} % of the "
                         "cores were busy with something else")
        if not self.drained:
            found.append(f"not everything was written {DRAIN_SECONDS_MAX} s after the load")
        return found


def say(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Producer:
    """`efd salmock produce`, from the moment on at which it has made its topics."""

    def __init__(self, pipeline, rate_scale, duration):
        port = free_port()
        self.process = subprocess.Popen(
            [PROGRAM, "salmock", "produce", "--profile", "sqr-029", "--json",
             "--rate-scale", str(rate_scale), "--duration", str(duration),
             "--broker", pipeline.broker, "--registry-url", pipeline.registry_url,
             "--metrics", f"127.0.0.1:{port}"], stdout=subprocess.PIPE, text=True)
        try:
            self._await_begin(port)
        except BaseException:
            self.kill()
            raise
        self.begin = time.monotonic()

    def _await_begin(self, port):
        end = time.monotonic() + PREPARE_SECONDS_MAX
        while not self._sends(port):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("efd salmock does not begin to send")
            time.sleep(0.005)

    @staticmethod
    def _sends(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return True
        except OSError:
            return False

    def result(self, seconds_max):
        """Its figures when it has ended by itself."""
        try:
            output, _ = self.process.communicate(timeout=seconds_max)
        finally:
            self.kill()
        if not output:
            raise RuntimeError(f"efd salmock ended with {self.process.returncode}")
        return json.loads(output.splitlines()[-1])

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def await_applied(pipeline, expected, seconds_max):
    """Whether it came; the last poll is the one that saw it."""
    end = time.monotonic() + seconds_max
    while pipeline.applied() < expected:
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def await_stored(pipeline, expected):
    end = time.monotonic() + COUNT_SECONDS_MAX
    while True:
        stored = sum(pipeline.counts(COUNTED_FIELD).values())
        if stored >= expected or time.monotonic() > end:
            return stored
        time.sleep(1)


def warm_up(pipeline, rate_scale):
    """Every topic, schema and measurement exists afterwards. Returns how many rows there are."""
    sent = Producer(pipeline, 1, FIRST_SECONDS).result(PREPARE_SECONDS_MAX)["produced"]
    pipeline.read_topics()
    if await_applied(pipeline, sent, DRAIN_SECONDS_MAX):
        settling = Producer(pipeline, min(rate_scale, SETTLE_RATE_SCALE_MAX), SETTLE_SECONDS)
        sent += settling.result(PREPARE_SECONDS_MAX)["produced"]
    if not await_applied(pipeline, sent, DRAIN_SECONDS_MAX):
        raise RuntimeError(f"{pipeline.title} has written {pipeline.applied()} of the first {sent} "
                           f"messages after {DRAIN_SECONDS_MAX} s")
    return sent


def measure(pipeline, rate_scale, duration):
    figures = Figures(pipeline.title, rate_scale, note=pipeline.registry_note)
    prober = Prober(pipeline)
    say(f"{pipeline.title}: warming up")
    before = warm_up(pipeline, rate_scale)
    say(f"{pipeline.title}: {duration:.0f} s of load, {rate_scale:g} times the designed rate")
    producer = Producer(pipeline, rate_scale, duration)
    meter, own = CostMeter(pipeline.pids()), cpu_seconds(os.getpid())
    prober.start()
    produced = producer.result(duration + PREPARE_SECONDS_MAX)
    figures.load_seconds = time.monotonic() - producer.begin
    expected = before + produced["produced"] + prober.sent
    figures.backlog = max(0, expected - pipeline.applied())
    prober.stop()
    figures.sent = produced["produced"] + prober.sent
    figures.drained = await_applied(pipeline, before + figures.sent, DRAIN_SECONDS_MAX)
    figures.run_seconds = time.monotonic() - producer.begin
    figures.costs, figures.machine_seconds = meter.read(), meter.machine_seconds()
    figures.own_cpu_seconds = cpu_seconds(os.getpid()) - own
    say(f"{pipeline.title}: counting")
    figures.stored = await_stored(pipeline, before + figures.sent) - before
    note_producer(figures, produced)
    note_probes(figures, prober)
    return figures


def note_producer(figures, produced):
    figures.wanted_per_second = produced["wanted_per_second"]
    figures.sent_per_second = produced["achieved_per_second"]
    figures.refused = produced["failed"]
    figures.producer_cpu_seconds = produced["cpu_seconds"]


def note_probes(figures, prober):
    figures.latencies_ms = sorted(prober.latencies_ms)
    figures.probes_lost = len(prober.waiting)
    figures.polls = prober.polls


def run(kind, folder, rate_scale, duration, flush_interval):
    """Starts a pipeline of this kind for one measurement."""
    pipeline = kind(folder, flush_interval)
    try:
        return measure(pipeline, rate_scale, duration)
    finally:
        if isinstance(pipeline, RealParts):
            for line in pipeline.telegraf.complaints()[-5:]:
                say(line)
        pipeline.stop()
