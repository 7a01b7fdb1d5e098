# SPDX-License-Identifier: MIT
"""Whole processes that do next to nothing: wall time and resident memory, and the cost of a system call."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), "startup")
# name, source, flags
KINDS = [
    ("hello static", "hello.c", ["-static"]),
    ("hello static-pie", "hello.c", ["-static-pie"]),
    ("hello dynamic", "hello.c", []),
    ("iostream hello", "iostream.cpp", []),
    ("getppid, a million", "getppid.c", ["-static"]),
]


def build(source, flags, compiler, target):
    subprocess.run(compiler.split() + ["-O2", *flags, "-o", target, os.path.join(PROGRAMS, source)], check=True)
    return target


def figures(meter, runs, command, env=None):
    """Median wall time in ms, the least, the most, median processor time, KiB resident; None if it fails."""
    full = [meter, "-n", str(runs), "--"] + command
    result = subprocess.run(full, capture_output=True, text=True, env={**os.environ, **(env or {})})
    if result.returncode:
        return None
    keys = ("wall_ms", "min_ms", "max_ms", "cpu_ms", "resident_kib")
    return dict(zip(keys, map(float, result.stdout.split())))


def measure(work, options, machines, python):
    meter = build("measure.c", [], options.cc, os.path.join(work, "measure"))
    rows = []
    for name, source, flags in KINDS:
        cxx = source.endswith(".cpp")
        native = build(source, flags, options.cxx if cxx else options.cc, os.path.join(work, "start.native"))
        guest = build(source, flags, options.cross_cxx if cxx else options.cross_cc, os.path.join(work, "start.guest"))
        runs = 5 if source == "getppid.c" else options.starts
        row = {"name": name, "native": figures(meter, runs, [native])}
        for machine in machines:
            row[machine.name] = figures(meter, runs, machine.command + ["-L", options.sysroot, guest])
        rows.append(row)
    if python:
        python.row.arguments[:] = ["-c", "pass"]
        runs = max(5, options.starts // 5)
        row = {"name": "python3 -c pass", "native": figures(meter, runs, python.native_command(), python.environment("amd64"))}
        for machine in machines:
            row[machine.name] = figures(meter, runs, python.guest_command(machine.command), python.environment("arm64"))
        rows.append(row)
    return rows
