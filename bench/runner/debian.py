# SPDX-License-Identifier: MIT
"""Debian's own programs: the same version for amd64, run natively, and for arm64, run emulated."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(HERE)
WORKLOADS = os.path.join(BENCH, "debian", "workloads.py")
FETCH = os.path.join(BENCH, "..", "tests", "real", "fetch.sh")
TRIPLETS = {"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
sys.path.insert(0, os.path.join(BENCH, "debian"))

import workloads  # noqa: E402


def fetch(cache):
    """The two roots, or the reason why there are none."""
    roots = {}
    for arch in TRIPLETS:
        folder = os.path.join(cache, "debian-" + arch)
        result = subprocess.run(["sh", FETCH, folder, arch, os.path.join(BENCH, "debian", "packages.txt")],
                                capture_output=True, text=True)
        if result.returncode:
            return None, (result.stdout + result.stderr).strip() or "fetch.sh failed"
        roots[arch] = os.path.join(folder, "root")
    return roots, None


class Program:
    group = "debian"

    def __init__(self, row, roots):
        self.name, self.row, self.roots = row.name, row, roots
        self.compares = row.compares

    def prepare(self, work, options):
        self.make_input(work, options.scale)
        for arch in TRIPLETS:
            path = self.path(arch)
            if not os.path.exists(path):
                raise FileNotFoundError(f"no {path} in the packages")

    def make_input(self, work, scale):
        """Big inputs take their time to make: they stay until the scale or the workloads change."""
        stamp, made = f"{scale} {os.path.getmtime(WORKLOADS)}", os.path.join(work, "made")
        if not self.row.make or (os.path.exists(made) and open(made).read() == stamp):
            return
        self.row.make(work, scale / 100)
        with open(made, "w") as out:
            out.write(stamp)

    def path(self, arch):
        return os.path.join(self.roots[arch], self.row.program.format(triplet=TRIPLETS[arch]))

    def arguments(self):
        return list(self.row.arguments)

    def environment(self, arch):
        root = self.roots[arch]
        return {name: value.format(root=root) for name, value in self.row.env.items()}

    def native_command(self):
        """Through the package's own dynamic linker, so that the libraries are of the same version, too."""
        root = self.roots["amd64"]
        libraries = [os.path.join(root, part, TRIPLETS["amd64"]) for part in ("lib", "usr/lib")]
        program = self.path("amd64")
        return [os.path.join(root, "lib64", "ld-linux-x86-64.so.2"), "--argv0", program,
                "--library-path", ":".join(libraries), program] + self.arguments()

    def guest_command(self, emulator):
        return emulator + ["-L", self.roots["arm64"], self.path("arm64")] + self.arguments()


def find(roots):
    return [Program(row, roots) for row in workloads.ROWS]
