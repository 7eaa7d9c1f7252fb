# SPDX-License-Identifier: MIT
"""The designed load into `efd serve`, and in turn into Apache Kafka, Telegraf and InfluxDB: CPU per
message, memory, latency, and whether each kept up."""
import argparse
import dataclasses
import json
import pathlib
import re
import shutil
import signal
import sys
import tempfile

import load
import report
from pipelines import Efd, RealParts, ROOT

FOLDER = ROOT / "build/bench"
OVERLOAD_SECONDS = 10


def seconds(text):
    value = float(text)
    if value < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return value


def scale(text):
    value = float(text)
    if not 0 < value <= 10:
        raise argparse.ArgumentTypeError("above 0, at most 10")
    return value


def interval(text):
    if not re.fullmatch(r"\d+(ms|s)", text):
        raise argparse.ArgumentTypeError("such as 1s or 250ms")
    return text


def parse():
    parser = argparse.ArgumentParser(prog="./dev bench pipeline", description=__doc__)
    parser.add_argument("--duration", type=seconds, default=30, help="seconds of load (30)")
    parser.add_argument("--rate-scale", type=scale, default=0.1,
                        help="times the designed rate, for both in comparison (0.1): on two cores "
                        "the real parts do not keep up with much more")
    parser.add_argument("--telegraf-flush", type=interval, default="1s",
                        help="Telegraf's flush_interval (1s; observatories have 10s)")
    parser.add_argument("--overload", action="store_true", help="then the designed rate into the "
                        f"real parts, for {OVERLOAD_SECONDS} s: what they cost when they are busy "
                        "all the time, until they have caught up")
    parser.add_argument("--only", choices=("efd", "real"), help="one side alone")
    return parser.parse_args()


def chosen_runs(arguments):
    """Of each: which pipeline, the rate, and seconds."""
    compared = (arguments.rate_scale, arguments.duration)
    runs = [(Efd, *compared), (RealParts, *compared)]
    if arguments.rate_scale != 1:
        runs.append((Efd, 1, arguments.duration))
    if arguments.overload:
        runs.append((RealParts, 1, OVERLOAD_SECONDS))
    only = {"efd": Efd, "real": RealParts}.get(arguments.only)
    return [run for run in runs if only in (None, run[0])]


def run_all(arguments):
    runs = []
    for number, (kind, rate_scale, duration) in enumerate(chosen_runs(arguments)):
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"run{number}-", dir=FOLDER))
        runs.append(load.run(kind, folder, rate_scale, duration, arguments.telegraf_flush))
        shutil.rmtree(folder)  # kept, with the logs, when something went wrong
    return runs


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    FOLDER.mkdir(parents=True, exist_ok=True)
    runs = run_all(arguments)
    text = report.markdown(runs, arguments.telegraf_flush)
    (FOLDER / "pipeline.md").write_text(text)
    (FOLDER / "pipeline.json").write_text(json.dumps([dataclasses.asdict(run) for run in runs]))
    report.plot(runs, FOLDER / "pipeline.png")
    print(f"\n{text}\nThe plot: {(FOLDER / 'pipeline.png').relative_to(ROOT)}")
    return any(run.problems() for run in runs)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(f"bench: {error}")
