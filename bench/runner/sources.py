# SPDX-License-Identifier: MIT
"""The programs of bench/programs: found by folder (their class), built for both machines with the same flags."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.join(os.path.dirname(HERE), "programs")
# Contraction of a * b + c rounds once where the target has the instruction: then results would differ.
FLAGS = ["-O2", "-ffp-contract=off", "-static", "-I" + PROGRAMS]


def expand(path, work):
    """NAME.c.py writes NAME.c."""
    if not path.endswith(".py"):
        return path
    target = os.path.join(work, os.path.basename(path)[: -len(".py")])
    with open(target, "w") as out:
        subprocess.run([sys.executable, "-B", path], stdout=out, check=True)
    return target


def own_flags(path):
    with open(path) as text:
        for line in text.readlines()[:3]:
            if "bench-flags:" in line:
                return line.split("bench-flags:")[1].split()
    return []


def compile_one(path, target, compilers):
    compiler = compilers[1] if path.endswith(".cpp") else compilers[0]
    if os.path.exists(target) and os.path.getmtime(target) > os.path.getmtime(path):
        return
    command = compiler.split() + FLAGS + own_flags(path) + ["-o", target, path]
    command += ["-I" + os.path.dirname(path), "-lm"]
    subprocess.run(command, check=True)


class Source:
    compares = True
    env = {}

    def __init__(self, group, name, path):
        self.group, self.name, self.path = group, name, path

    def prepare(self, work, options):
        source = expand(self.path, work)
        self.native = os.path.join(work, self.name + ".native")
        self.guest = os.path.join(work, self.name + ".guest")
        compile_one(source, self.native, (options.cc, options.cxx))
        compile_one(source, self.guest, (options.cross_cc, options.cross_cxx))
        self.arguments = [str(options.scale)]

    def native_command(self):
        return [self.native] + self.arguments

    def guest_command(self, emulator):
        return emulator + [self.guest] + self.arguments


def find():
    found = []
    for group in sorted(os.listdir(PROGRAMS)):
        folder = os.path.join(PROGRAMS, group)
        if not os.path.isdir(folder):
            continue
        for file in sorted(os.listdir(folder)):
            if file.endswith((".c", ".cpp", ".c.py")):
                found.append(Source(group, file.split(".")[0], os.path.join(folder, file)))
    return found
