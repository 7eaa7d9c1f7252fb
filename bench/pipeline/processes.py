# SPDX-License-Identifier: MIT
"""What processes and the machine have cost, as the kernel accounts for it (proc(5))."""
import dataclasses
import os
import pathlib

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system; the name in the second field may hold blanks."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def memory_high_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no memory: it has ended")


def machine_busy_seconds():
    """Of all cores, and of whatever runs on them."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split()[1:9]]
    idle = fields[3] + fields[4]
    return (sum(fields) - idle) / TICKS_PER_SECOND


@dataclasses.dataclass
class ProcessCost:
    name: str
    cpu_seconds: float
    memory_high_mib: float


class CostMeter:
    """From its making on, for processes that live until it is read."""

    def __init__(self, pids):
        """pids: by the name that is reported."""
        self.pids = pids
        self.cpu_before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        self.machine_before = machine_busy_seconds()

    def read(self):
        return [ProcessCost(name, cpu_seconds(pid) - self.cpu_before[name], memory_high_mib(pid))
                for name, pid in self.pids.items()]

    def machine_seconds(self):
        return machine_busy_seconds() - self.machine_before
