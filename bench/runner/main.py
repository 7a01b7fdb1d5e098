# SPDX-License-Identifier: MIT
"""Runs the benchmarks: native, then each emulator, again and again in turn, so that every ratio is of
runs that were next to each other. See bench/README.md."""

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys

import debian
import measure
import report
import shares
import sources
import startup

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


class Machine:
    """An emulator: its name in the tables, what stands before the program's path, whether it keeps translations."""

    def __init__(self, name, command, keeps=False):
        self.name, self.command, self.keeps = name, command, keeps

    def version(self):
        result = subprocess.run([self.command[0], "-version"], capture_output=True, text=True)
        lines = result.stdout.splitlines() or ["unknown"]
        return lines[0].strip()


def parse_options():
    p = argparse.ArgumentParser(prog="bench/run.sh", description="native, a64run and other emulators side by side")
    p.add_argument("--only", default="", metavar="REGEX", help="only programs whose class/name matches; 'startup' and system/NAME are some")
    p.add_argument("--pairs", type=int, default=5, help="runs of each program on each machine (default 5)")
    p.add_argument("--scale", type=float, default=100, help="percentage of the usual work (default 100: 0.3 to 1 s natively)")
    p.add_argument("--qemu", action="append", metavar="[NAME=]PATH", help="another emulator instead of the one in PATH; may be given several times; empty for none")
    p.add_argument("--a64run", default=os.environ.get("A64RUN", os.path.join(ROOT, "build/kit/emulator/a64run")), metavar="PATH")
    p.add_argument("--tier", action="append", help="tier of a64run (eval, t1, t1-RUNS); several make several columns")
    p.add_argument("--first", action="store_true", help="also as if for the first time: without translations kept by earlier runs")
    p.add_argument("--limit", type=int, default=120, metavar="SECONDS", help="longest run (default 120)")
    p.add_argument("--starts", type=int, default=30, help="processes started for each start-up figure (default 30)")
    p.add_argument("--shares", action="store_true", help="instead of times: which operations are compiled (a64run --stats)")
    p.add_argument("--json", metavar="FILE")
    p.add_argument("--svg", metavar="FILE")
    p.add_argument("--markdown", metavar="FILE")
    p.add_argument("--document", metavar="FILE", help="replaces what stands between the markers of this file by the tables")
    p.add_argument("--cache", default=os.path.join(ROOT, "out/bench"), metavar="FOLDER", help="packages and programs")
    p.add_argument("--cc", default=os.environ.get("CC", "gcc"))
    p.add_argument("--cxx", default=os.environ.get("CXX", "g++"))
    p.add_argument("--cross-cc", default=os.environ.get("CROSS_CC", "aarch64-linux-gnu-gcc"))
    p.add_argument("--cross-cxx", default=os.environ.get("CROSS_CXX", "aarch64-linux-gnu-g++"))
    p.add_argument("--sysroot", default=os.environ.get("SYSROOT", "/usr/aarch64-linux-gnu"))
    options = p.parse_args()
    options.cache = os.path.abspath(options.cache)
    return options


def machines_of(options):
    if not os.access(options.a64run, os.X_OK):
        sys.exit(f"bench: no emulator at {options.a64run}: build it (./a64kit test does), or set A64RUN")
    if not shutil.which(options.cross_cc):
        sys.exit(f"bench: {options.cross_cc} not found: apt-get install gcc-aarch64-linux-gnu g++-aarch64-linux-gnu")
    found = []
    for tier in options.tier or ["t2"]:
        command = [os.path.abspath(options.a64run), "--tier=" + tier]
        found.append(Machine("a64run " + tier, command, keeps=True))
        if options.first:
            found.append(Machine(f"a64run {tier} first", command + ["--saved=off"]))
    given = options.qemu
    if given is None:
        given = [path for path in [shutil.which("qemu-aarch64")] if path]
    for item in filter(None, given):
        name, _, path = item.rpartition("=")
        machine = Machine(name, [path])
        if not name:
            version = re.search(r"version (\d+\.\d+)", machine.version())
            machine.name = "qemu " + (version.group(1) if version else path)
        found.append(machine)
    return found


def warm(machine, program, folder, env, limit):
    """What is kept of a program is all but complete after two runs."""
    try:
        for _ in range(2):
            measure.run(program.guest_command(machine.command), folder, env, limit)
    except measure.Failure:
        pass  # the run that is measured will say so


def run_program(program, folder, machines, options):
    """Figures of one program. A wrong answer is a failure of the machine that gave it."""
    native = measure.Series()
    series = {m.name: measure.Series() for m in machines}
    environment = getattr(program, "environment", lambda arch: {})
    base = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LC_ALL": "C"}
    for m in machines:
        if m.keeps:
            warm(m, program, folder, {**base, **environment("arm64")}, options.limit)
    for _ in range(options.pairs):
        expected = measure.run(program.native_command(), folder, {**base, **environment("amd64")}, options.limit)
        native.add(expected)
        for m in machines:
            s = series[m.name]
            if s.failure:
                continue
            try:
                result = measure.run(program.guest_command(m.command), folder, {**base, **environment("arm64")}, options.limit)
                if program.compares and result.digest != expected.digest:
                    raise measure.Failure("wrong output")
                s.add(result)
            except measure.Failure as failure:
                s.failure = str(failure)
    row = {"group": program.group, "name": program.name, "native_s": native.median(),
           "native_runs_s": native.times, "native_resident_kib": native.resident, "machines": {}}
    for name, s in series.items():
        if s.failure:
            row["machines"][name] = {"failure": s.failure}
            continue
        each = measure.ratios(s, native)
        row["machines"][name] = {"ratio": each[len(each) // 2], "low": each[0], "high": each[-1],
                                 "cpu_s": s.median(), "runs_s": s.times, "resident_kib": s.resident}
    return row


def load():
    return " ".join(f"{x:.1f}" for x in os.getloadavg())


def host_of():
    model = "unknown"
    with open("/proc/cpuinfo") as text:
        for line in text:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
                break
    return {"model": model, "cpus": os.cpu_count(), "load_before": load()}


def into_document(path, text):
    begin, end = "<!-- figures -->\n", "<!-- end of figures -->\n"
    with open(path) as old:
        before, _, rest = old.read().partition(begin)
    _, _, after = rest.partition(end)
    with open(path, "w") as new:
        new.write(before + begin + "\n" + text + "\n" + end + after)


def choose(wanted, options, data):
    """The programs asked for, and Debian's python (for the start-up figures)."""
    programs = [p for p in sources.find() if wanted.search(f"{p.group}/{p.name}")]
    rows = debian.workloads.ROWS
    python = None
    if any(wanted.search(f"debian/{r.name}") for r in rows) or wanted.search("startup"):
        roots, reason = debian.fetch(options.cache)
        if roots:
            everything = debian.find(roots)
            programs += [p for p in everything if wanted.search(f"debian/{p.name}")]
            python = next(p for p in debian.find(roots) if p.name == "python")
        else:
            data["skipped"] += [{"name": f"debian/{r.name}", "reason": reason} for r in rows]
    return programs, python


def show_shares(programs, machine, options):
    table = shares.Table()
    print(shares.heading(), flush=True)
    for program in programs:
        folder = os.path.join(options.cache, "work", f"{program.group}-{program.name}")
        os.makedirs(folder, exist_ok=True)
        base = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LC_ALL": "C"}
        try:
            program.prepare(folder, options)
            table.add(program, *shares.collect(program, folder, machine, base, options.limit))
        except (measure.Failure, OSError, ImportError, subprocess.CalledProcessError) as reason:
            print(f"{program.group:<12} {program.name:<18} left out: {reason}", flush=True)
    print(table.summary())


def main():
    options = parse_options()
    machines = machines_of(options)
    wanted = re.compile(options.only)
    os.makedirs(options.cache, exist_ok=True)
    data = {"date": datetime.date.today().isoformat(), "host": host_of(), "pairs": options.pairs, "scale": options.scale,
            "machines": [{"name": m.name, "version": m.version()} for m in machines],
            "programs": [], "startup": [], "system": [], "skipped": []}
    programs, python = choose(wanted, options, data)
    if options.shares:
        show_shares(programs, machines[0], options)
        return
    names = [m.name for m in machines]
    print(f"load {data['host']['load_before']}; {options.pairs} pairs at {options.scale:g} % of the work; processor time, median (least-most) of emulated/native")
    print(report.heading(names))
    for program in programs:
        folder = os.path.join(options.cache, "work", f"{program.group}-{program.name}")
        os.makedirs(folder, exist_ok=True)
        try:
            program.prepare(folder, options)
            row = run_program(program, folder, machines, options)
        except (measure.Failure, OSError, ImportError, subprocess.CalledProcessError) as reason:
            data["skipped"].append({"name": f"{program.group}/{program.name}", "reason": str(reason)})
            print(f"{program.group:<12} {program.name:<18} left out: {reason}", flush=True)
            continue
        data["programs"].append(row)
        print(report.program_line(row, names), flush=True)
    folder = os.path.join(options.cache, "work", "startup")
    os.makedirs(folder, exist_ok=True)
    if wanted.search("startup"):
        data["startup"] = startup.measure(folder, options, machines, python)
        print("\n" + "\n".join(report.startup_lines(data)))
    data["system"] = startup.measure_system(folder, options, machines, wanted)
    if data["system"]:
        print("\n" + "\n".join(report.system_lines(data)))
    data["host"]["load_after"] = load()
    print("\n" + "\n".join(report.mean_lines(data)))
    for s in data["skipped"]:
        print(f"left out: {s['name']}: {s['reason']}")
    if options.json:
        report.write_json(data, options.json)
    for path, make in ((options.svg, report.svg), (options.markdown, report.markdown)):
        if path:
            with open(path, "w") as out:
                out.write(make(data))
    if options.document:
        into_document(options.document, report.markdown(data))


if __name__ == "__main__":
    main()
