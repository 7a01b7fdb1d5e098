# SPDX-License-Identifier: MIT
"""One run of one command: processor time of the whole process, memory, and what it printed."""

import hashlib
import os
import signal
import statistics


class Failure(Exception):
    pass


class Run:
    def __init__(self, cpu, resident, digest, output):
        self.cpu, self.resident, self.digest, self.output = cpu, resident, digest, output


def run(command, folder, env, limit):
    """Runs a command in folder with its output in a file there; a failure or too long a run raises Failure."""
    out_path = os.path.join(folder, "stdout")
    err_path = os.path.join(folder, "stderr")
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            for number, path, flags in (
                (0, "/dev/null", os.O_RDONLY),
                (1, out_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                (2, err_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            ):
                os.dup2(os.open(path, flags, 0o644), number)
            os.execvpe(command[0], command, env)
        finally:
            os._exit(127)

    def expire(_signal, _frame):
        os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGALRM, expire)
    signal.alarm(limit)
    _, status, usage = os.wait4(pid, 0)
    signal.alarm(0)
    if status:
        if os.WIFSIGNALED(status):
            name = signal.Signals(os.WTERMSIG(status)).name
            reason = f"no end within {limit} s" if name == "SIGKILL" else f"ended by {name}"
        else:
            reason = f"exit status {os.WEXITSTATUS(status)}"
        with open(err_path, errors="replace") as text:
            last = text.read().strip().splitlines()[-1:] or [""]
        raise Failure(f"{reason} {last[0][:200]}".strip())
    with open(out_path, "rb") as data:
        output = data.read()
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss, hashlib.sha256(output).hexdigest(), output)


class Series:
    """The runs of one program on one machine, and of those beside it."""

    def __init__(self):
        self.times, self.resident, self.failure = [], 0, None

    def add(self, result):
        self.times.append(result.cpu)
        self.resident = max(self.resident, result.resident)

    def median(self):
        return statistics.median(self.times)


def ratios(series, native):
    """Of pairs that ran one after the other: a slow phase of the machine hits both."""
    return sorted(a / max(b, 1e-4) for a, b in zip(series.times, native.times))
