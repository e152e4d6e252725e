"""Cold runs of commands: CPU time, memory and elapsed time, with their children."""

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    """The median of several runs."""

    cpu: float  # seconds, user and system
    elapsed: float  # seconds
    memory: float  # MiB, the peak


def cost(command: list[str], folder: Path, runs: int) -> Cost:
    """Runs a command and takes the medians. It may fail: linters do if they find something."""
    cpu, elapsed, memory = [], [], []
    for _ in range(runs):
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        elapsed.append(time.perf_counter() - started)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode < 0 or process.returncode > 100:
            raise RuntimeError(f"{command[0]} ended with {process.returncode}")
        cpu.append(usage.ru_utime + usage.ru_stime)
        memory.append(usage.ru_maxrss / 1024)
    return Cost(*(statistics.median(figures) for figures in (cpu, elapsed, memory)))


def instructions(command: list[str], folder: Path, variables: dict[str, str] | None = None) -> int | None:
    """Instructions of one run on one thread, counted by valgrind. None if it is not installed."""
    counted = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", *command]
    # Without ERMS, glibc copies in the same way on every processor. `rep movsb` counts as one instruction for each byte.
    same_copies = "glibc.cpu.hwcaps=-ERMS,-FSRM"
    environment = {**os.environ, "RAYON_NUM_THREADS": "1", "GLIBC_TUNABLES": same_copies, **(variables or {})}
    try:
        done = subprocess.run(counted, cwd=folder, env=environment, capture_output=True, text=True, errors="replace", check=False)
    except FileNotFoundError:
        return None
    # "==1== I   refs:      871,390,067", and "I refs:" since 3.21.
    lines = [line for line in done.stderr.splitlines() if "refs:" in line and " I " in line]
    return int(lines[-1].split()[-1].replace(",", "")) if lines else None
