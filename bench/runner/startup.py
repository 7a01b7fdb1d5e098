# SPDX-License-Identifier: MIT
"""What is measured in wall time: processes that do next to nothing, with their memory, the same work on one thread and
on two, and what the ways through the system-call layer cost (system/*.c, each found by itself)."""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), "startup")
SYSTEM = os.path.join(os.path.dirname(HERE), "system")
# name, source, flags, arguments
KINDS = [
    ("hello static", "hello.c", ["-static"], []),
    ("hello static-pie", "hello.c", ["-static-pie"], []),
    ("hello dynamic", "hello.c", [], []),
    ("iostream hello", "iostream.cpp", [], []),
    ("work on one thread", "threads.c", ["-static", "-pthread"], ["1"]),
    ("work on two threads", "threads.c", ["-static", "-pthread"], ["2"]),
]
LONG = ("threads.c",)  # not started as often


def build(source, flags, compiler, target):
    subprocess.run(compiler.split() + ["-O2", *flags, "-o", target, source], check=True)
    return target


def figures(meter, runs, commands):
    """For each command, run in turn: median wall time in ms, the least, the most, median processor time, KiB resident; None
    if it fails."""
    words = [meter, "-n", str(runs)]
    for command in commands:
        words += ["--"] + command
    environment = {**os.environ, "HOME": os.path.dirname(meter)}
    result = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    keys = ("wall_ms", "min_ms", "max_ms", "cpu_ms", "resident_kib")
    return [None if line == "-" else dict(zip(keys, map(float, line.split()))) for line in result.stdout.splitlines()]


def with_environment(command, environment):
    return ["env"] + [f"{name}={value}" for name, value in environment.items()] + command


class Meter:
    def __init__(self, work, options, machines):
        self.work, self.options, self.machines = work, options, machines
        self.path = build(os.path.join(PROGRAMS, "measure.c"), [], options.cc, os.path.join(work, "measure"))

    def row(self, name, runs, native, guest_of):
        found = figures(self.path, runs, [native] + [guest_of(m.command) for m in self.machines])
        return {"name": name, **dict(zip(["native"] + [m.name for m in self.machines], found))}

    def program(self, name, runs, source, flags, arguments=()):
        options = self.options
        cxx = source.endswith(".cpp")
        native = build(source, flags, options.cxx if cxx else options.cc, os.path.join(self.work, "start.native"))
        guest = build(source, flags, options.cross_cxx if cxx else options.cross_cc, os.path.join(self.work, "start.guest"))
        return self.row(name, runs, [native, *arguments], lambda machine: machine + ["-L", options.sysroot, guest, *arguments])


def measure(work, options, machines, python):
    """The rows about starting."""
    meter = Meter(work, options, machines)
    rows = []
    for name, source, flags, arguments in KINDS:
        runs = 5 if source in LONG else options.starts
        rows.append(meter.program(name, runs, os.path.join(PROGRAMS, source), flags, arguments))
    if python:
        python.row.arguments[:] = ["-c", "pass"]
        native, guest = python.environment("amd64"), python.environment("arm64")
        rows.append(meter.row("python3 -c pass", max(5, options.starts // 5), with_environment(python.native_command(), native),
                              lambda machine: with_environment(python.guest_command(machine), guest)))
    return rows


def measure_system(work, options, machines, wanted):
    """The rows about system calls, signals, threads and processes."""
    meter = Meter(work, options, machines)
    rows = []
    for source in sorted(os.listdir(SYSTEM)):
        name = os.path.splitext(source)[0]
        if not wanted.search("system/" + name):
            continue
        path = os.path.join(SYSTEM, source)
        with open(path) as text:
            flags = re.search(r"^// bench-flags: (.*)$", text.read(), re.M)
        rows.append(meter.program(name, max(5, options.starts // 3), path, flags.group(1).split() if flags else ["-static", "-pthread"]))
    return rows
