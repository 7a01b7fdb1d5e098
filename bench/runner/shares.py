# SPDX-License-Identifier: MIT
"""Which share of the executed operations is compiled, and which operations most need a lowering: a64run --stats."""

import collections
import json
import os

import measure

SUMS = ("operations_lowered", "operations_called", "operations_evaluated", "instructions_compiled", "compilation_ns",
        "instructions_translated", "translation_ns", "code_bytes", "faults", "fp_exceptions", "tagged_addresses", "blocks_removed", "regions_emptied")


def percent(part, whole):
    return 100 * part / whole if whole else 0


def collect(program, folder, machine, base, limit):
    """One run; the sums over the program's processes."""
    path = os.path.join(folder, "stats.json")
    if os.path.exists(path):
        os.remove(path)
    environment = program.environment("arm64") if hasattr(program, "environment") else program.env
    measure.run(program.guest_command(machine.command), folder, {**base, **environment, "A64RUN_STATS": path}, limit)
    total, calls = collections.Counter(), collections.Counter()
    with open(path) as lines:
        for line in lines:
            process = json.loads(line)
            total.update({name: process[name] for name in SUMS})
            calls.update({op: count for op, (count, _) in process["not_lowered"].items()})
    return total, calls


def heading():
    return (f"{'class':<12} {'program':<18} {'lowered %':>10} {'of compiled %':>14} {'ns/insn':>8} {'bytes/insn':>11} "
            f"{'fp traps':>9}  calls of the evaluator, % of compiled code's operations")


def line(group, name, total, calls):
    compiled = total["operations_lowered"] + total["operations_called"]
    executed = compiled + total["operations_evaluated"]
    top = " ".join(f"{op} {percent(n, compiled):.2f}" for op, n in calls.most_common(4) if percent(n, compiled) >= 0.01)
    instructions = max(total["instructions_compiled"], 1)
    return (f"{group:<12} {name:<18} {percent(total['operations_lowered'], executed):10.2f} "
            f"{percent(total['operations_lowered'], compiled):14.2f} {total['compilation_ns'] / instructions:8.0f} "
            f"{total['code_bytes'] / instructions:11.1f} {total['fp_exceptions']:9d}  {top}")


class Table:
    """Every program weighs the same in the list of operations, whatever its length."""

    def __init__(self):
        self.rows, self.weights = [], collections.Counter()

    def add(self, program, total, calls):
        compiled = total["operations_lowered"] + total["operations_called"]
        self.rows.append((program, total, calls))
        self.weights.update({op: percent(n, compiled) for op, n in calls.items()})
        print(line(program.group, program.name, total, calls), flush=True)

    def summary(self):
        if not self.rows:
            return ""
        shares = sorted((percent(t["operations_lowered"], t["operations_lowered"] + t["operations_called"] + t["operations_evaluated"]), p.name)
                        for p, t, _ in self.rows)
        lines = [f"\n{len(shares)} programs: mean {sum(s for s, _ in shares) / len(shares):.2f} % lowered, least {shares[0][0]:.2f} % ({shares[0][1]})",
                 "operations that call the evaluator, mean % of compiled code's operations:"]
        lines += [f"  {op:<16} {weight / len(shares):.3f}" for op, weight in self.weights.most_common(30) if weight / len(shares) >= 0.0005]
        return "\n".join(lines)
