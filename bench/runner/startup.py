# SPDX-License-Identifier: MIT
"""What is measured in wall time: processes that do next to nothing, with their memory, the cost of a system call, and
the same work on one thread and on two."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), "startup")
# name, source, flags, arguments
KINDS = [
    ("hello static", "hello.c", ["-static"], []),
    ("hello static-pie", "hello.c", ["-static-pie"], []),
    ("hello dynamic", "hello.c", [], []),
    ("iostream hello", "iostream.cpp", [], []),
    ("getppid, a million", "getppid.c", ["-static"], []),
    ("work on one thread", "threads.c", ["-static", "-pthread"], ["1"]),
    ("work on two threads", "threads.c", ["-static", "-pthread"], ["2"]),
]
LONG = ("getppid.c", "threads.c")  # not started as often


def build(source, flags, compiler, target):
    subprocess.run(compiler.split() + ["-O2", *flags, "-o", target, os.path.join(PROGRAMS, source)], check=True)
    return target


def figures(meter, runs, command, env=None):
    """Median wall time in ms, the least, the most, median processor time, KiB resident; None if it fails."""
    for full in ([meter, "-n", "2", "--"] + command, [meter, "-n", str(runs), "--"] + command):
        result = subprocess.run(full, capture_output=True, text=True,
                                env={**os.environ, "HOME": os.path.dirname(meter), **(env or {})})
    if result.returncode:
        return None
    keys = ("wall_ms", "min_ms", "max_ms", "cpu_ms", "resident_kib")
    return dict(zip(keys, map(float, result.stdout.split())))


def measure(work, options, machines, python):
    meter = build("measure.c", [], options.cc, os.path.join(work, "measure"))
    rows = []
    for name, source, flags, arguments in KINDS:
        cxx = source.endswith(".cpp")
        native = build(source, flags, options.cxx if cxx else options.cc, os.path.join(work, "start.native"))
        guest = build(source, flags, options.cross_cxx if cxx else options.cross_cc, os.path.join(work, "start.guest"))
        runs = 5 if source in LONG else options.starts
        row = {"name": name, "native": figures(meter, runs, [native, *arguments])}
        for machine in machines:
            row[machine.name] = figures(meter, runs, machine.command + ["-L", options.sysroot, guest, *arguments])
        rows.append(row)
    if python:
        python.row.arguments[:] = ["-c", "pass"]
        runs = max(5, options.starts // 5)
        row = {"name": "python3 -c pass", "native": figures(meter, runs, python.native_command(), python.environment("amd64"))}
        for machine in machines:
            row[machine.name] = figures(meter, runs, python.guest_command(machine.command), python.environment("arm64"))
        rows.append(row)
    return rows
