# SPDX-License-Identifier: MIT
"""The figures of all runs as a Markdown table and as a plot."""
import math
import os

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402

DESIGNED_PER_SECOND = 29_284
COLOURS = {"efd serve": "#1b6ca8", "Apache Kafka": "#444444", "Telegraf": "#e08e0b",
           "InfluxDB": "#9b2226"}


def quantile(ordered, q):
    """Nearest rank."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)]


def milliseconds(value):
    return "-" if math.isnan(value) else f"{value:.1f} ms" if value < 100 else f"{value:,.0f} ms"


def label(run):
    return f"{run.title}, {run.rate_scale:g} x"


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def message_rows(runs):
    for run in runs:
        latency = [milliseconds(quantile(run.latencies_ms, q)) for q in (0.5, 0.99, 1)]
        yield [label(run), f"{run.sent_per_second:,.0f} of {run.wanted_per_second:,.0f}",
               f"{run.sent:,}", f"{run.stored:,}", f"{run.backlog:,}",
               f"{run.run_seconds - run.load_seconds:.1f} s", *latency]


def cost_rows(runs):
    for run in runs:
        costs = [(cost.name, cost.cpu_seconds, cost.memory_high_mib) for cost in run.costs]
        if len(costs) > 1:
            _, cpu, memory = zip(*costs)
            costs.append(("**together**", sum(cpu), sum(memory)))
        for name, cpu, memory in costs:
            us = 1e6 * cpu / max(1, run.sent)
            yield [label(run), name, f"{us:.1f} us", f"{cpu / run.run_seconds:.2f}",
                   f"{memory:,.0f} MiB"]


def remarks(run):
    busy = run.machine_seconds / (os.cpu_count() * run.run_seconds)
    yield (f"{len(run.latencies_ms)} probes, asked for {run.polls} times; CPU of the producer "
           f"{run.producer_cpu_seconds:.1f} s with its preparations, of this program "
           f"{run.own_cpu_seconds:.1f} s (neither is counted); all cores were busy "
           f"{100 * busy:.0f} % of the time")
    if run.note:
        yield run.note
    problems = run.problems()
    yield from (f"**{problem.upper()[:1]}{problem[1:]}**" for problem in problems)
    if not problems:
        yield "it kept up, and all that was sent is stored"


def compare(runs):
    """How many times what the first pipeline takes the others take at the same rate."""
    firsts = {run.rate_scale: run for run in runs if run.title == runs[0].title}
    for run in runs:
        first = firsts.get(run.rate_scale, run)
        if first.title == run.title:
            continue
        cpu = [sum(map(each.us_per_message, each.costs)) for each in (first, run)]
        text = (f"At {run.rate_scale:g} x, {run.title} takes {cpu[1] / cpu[0]:.1f} times the CPU "
                f"per message of {first.title}")
        if not first.problems() and not run.problems():
            medians = [quantile(each.latencies_ms, 0.5) for each in (first, run)]
            text += (f", and {medians[1] / medians[0]:.0f} times the median time from produce to "
                     "queryable")
        yield text + "."


def markdown(runs, flush_interval):
    parts = [
        f"The designed experiment ({DESIGNED_PER_SECOND:,} messages/s of 1,049 topics = 1 x) on "
        f"{os.cpu_count()} cores that everything shares, the producer too. Producer: acks 1, "
        f"linger 5 ms. Telegraf flushes every {flush_interval} and at 1,000 messages, and takes "
        "its own clock as time. What a process costs without messages counts, too: the lower the "
        "rate, the more a message seems to take.",
        table(["run", "messages/s sent of wanted", "sent", "stored", "backlog at the end of load",
               "drained after", "latency p50", "p99", "most"], message_rows(runs)),
        table(["run", "process", "CPU per message", "cores used", "memory at most"],
              cost_rows(runs)),
        "\n".join(f"* {label(run)}: " + "; ".join(remarks(run)) + "." for run in runs),
        *compare(runs)]
    return "\n\n".join(parts) + "\n"


def plot(runs, path):
    figure, (cpu_axes, latency_axes) = pyplot.subplots(1, 2, figsize=(13, 5.5))
    plot_cpu(cpu_axes, runs)
    plot_latency(latency_axes, runs)
    figure.suptitle(f"The designed load through two pipelines, {os.cpu_count()} cores")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def plot_cpu(axes, runs):
    named = set()
    for place, run in enumerate(runs):
        bottom = 0
        for cost in run.costs:
            height = run.us_per_message(cost)
            axes.bar(place, height, bottom=bottom, width=0.6, color=COLOURS[cost.name],
                     label=None if cost.name in named else cost.name)
            named.add(cost.name)
            bottom += height
        axes.text(place, bottom, f"{bottom:.0f} us", ha="center", va="bottom")
    axes.set_xticks(range(len(runs)), [tick(run) for run in runs])
    axes.set_ylabel("CPU per message (us)")
    axes.margins(y=0.12)
    axes.legend()


def tick(run):
    text = f"{run.title}\n{run.rate_scale:g} x the designed rate".replace(" + ", "\n+ ")
    return text + ("\n(with reservations)" if run.problems() else "")


def plot_latency(axes, runs):
    for run in runs:
        count = len(run.latencies_ms)
        shares = [100 * (i + 1) / count for i in range(count)]
        axes.step(run.latencies_ms, shares, where="post", label=label(run))
    axes.set_xscale("log")
    axes.set_xlabel("from produce to queryable (ms)")
    axes.set_ylabel("probes seen by then (%)")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
