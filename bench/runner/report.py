# SPDX-License-Identifier: MIT
"""Figures as a table for people, as JSON, as Markdown and as a chart."""

import json
import math
from xml.sax.saxutils import escape


def geomean(values):
    values = [v for v in values if v]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def number(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def ratio(program, machine):
    return program["machines"].get(machine, {}).get("ratio")


def groups(programs):
    return list(dict.fromkeys(p["group"] for p in programs))


def means(programs, machines):
    """Rows (label, {machine: geomean}) of classes, of all source programs and of the Debian pairs.

    Only programs that ran everywhere count, so that the columns can be compared."""
    whole = [p for p in programs if all(ratio(p, m) for m in machines)]
    rows = [(g, [p for p in whole if p["group"] == g]) for g in groups(programs)]
    rows.append(("all source programs", [p for p in whole if p["group"] != "debian"]))
    rows.append(("all Debian pairs", [p for p in whole if p["group"] == "debian"]))
    return [(label, len(ps), {m: geomean([ratio(p, m) for p in ps]) for m in machines})
            for label, ps in rows if ps and label != "debian"]


def program_line(program, machines):
    cells = [f"{program['group']:<12} {program['name']:<18} {number(program.get('native_s'), 3):>8}"]
    for machine in machines:
        m = program["machines"].get(machine, {})
        if m.get("ratio"):
            cells.append(f"{m['ratio']:>9.2f} ({m['low']:.2f}-{m['high']:.2f})".ljust(26))
        else:
            cells.append(("  " + m.get("failure", "-"))[:60].ljust(26))
    return " ".join(cells)


def heading(machines):
    return f"{'class':<12} {'program':<18} {'native s':>8} " + " ".join(f"{m + ': x native':>20}".ljust(26) for m in machines)


def mean_lines(data):
    machines = [m["name"] for m in data["machines"]]
    lines = [f"{'geomean':<24} {'of':>4} " + " ".join(f"{m:>14}" for m in machines)]
    for label, count, values in means(data["programs"], machines):
        lines.append(f"{label:<24} {count:>4} " + " ".join(f"{number(values[m], 2):>14}" for m in machines))
    return lines


def startup_lines(data):
    machines = ["native"] + [m["name"] for m in data["machines"]]
    lines = [f"{'wall ms / MB resident':<24} " + " ".join(f"{m:>20}" for m in machines)]
    for row in data["startup"]:
        cells = []
        for m in machines:
            f = row[m]
            cells.append(f"{f['wall_ms']:.1f} / {f['resident_kib'] / 1024:.1f}" if f else "failed")
        lines.append(f"{row['name']:<24} " + " ".join(f"{c:>20}" for c in cells))
    return lines


def system_cells(data, row):
    """Native wall time, then for each machine how many times that."""
    native = row["native"]
    yield f"{native['wall_ms']:.0f}" if native else "failed"
    for m in data["machines"]:
        f = row[m["name"]]
        yield f"{f['wall_ms'] / native['wall_ms']:.2f}" if f and native else "failed"


def system_lines(data):
    heads = ["native ms"] + [m["name"] + ": x native" for m in data["machines"]]
    lines = [f"{'wall time, median':<24} " + " ".join(f"{h:>20}" for h in heads)]
    lines += [f"{row['name']:<24} " + " ".join(f"{c:>20}" for c in system_cells(data, row)) for row in data["system"]]
    return lines


def markdown(data):
    """The tables of docs/performance.md."""
    machines = [m["name"] for m in data["machines"]]

    def table(head, rows):
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        for row in rows:
            yield "| " + " | ".join(row) + " |"

    host = data["host"]
    lines = [f"{data['date']}; {host['cpus']} processors of {host['model']}; load {host['load_before']} before, {host['load_after']} after; "
             f"{data['pairs']} pairs at {data['scale']} % of the work; " + "; ".join(f"{m['name']}: {m['version']}" for m in data["machines"]) + ".", ""]
    lines += table(["geomean of emulated/native", "programs"] + machines,
                   [[label, str(n)] + [number(v[m]) for m in machines] for label, n, v in means(data["programs"], machines)])
    lines.append("")

    def cell(p, m):
        figures = p["machines"].get(m, {})
        if not figures.get("ratio"):
            return figures.get("failure", "-").replace("|", "/")
        return f"{figures['ratio']:.1f} ({figures['low']:.1f}-{figures['high']:.1f})"

    lines += table(["class", "program", "native s"] + machines,
                   [[p["group"], p["name"], number(p.get("native_s"), 2)] + [cell(p, m) for m in machines] for p in data["programs"]])
    if data["startup"]:
        lines.append("")
        lines += table(["wall ms, MB resident", "native"] + machines,
                       [[r["name"]] + [f"{r[m]['wall_ms']:.1f}, {r[m]['resident_kib'] / 1024:.1f}" if r[m] else "failed"
                                       for m in ["native"] + machines] for r in data["startup"]])
    if data["system"]:
        lines.append("")
        lines += table(["wall time, times native", "native ms"] + machines,
                       [[r["name"], *system_cells(data, r)] for r in data["system"]])
    if data["skipped"]:
        lines += ["", "Left out: " + "; ".join(f"{s['name']}: {s['reason']}" for s in data["skipped"]) + "."]
    return "\n".join(lines) + "\n"


def write_json(data, path):
    with open(path, "w") as out:
        json.dump(data, out, indent=1)
        out.write("\n")


COLOURS = ["#1769aa", "#e07b00", "#8a8a8a", "#4c9a4c", "#a04ca0"]


def svg(data):
    """Bars of times native, logarithmic: a program a row, a bar for each emulator; the means at the end."""
    machines = [m["name"] for m in data["machines"]]
    rows = [(f"{p['group']}: {p['name']}", {m: ratio(p, m) for m in machines}) for p in data["programs"]]
    rows += [("geomean: " + label, values) for label, _, values in means(data["programs"], machines)]
    left, width, bar, top = 230, 640, 7, 60
    high = len(machines) * bar + 6
    most = max([v for _, values in rows for v in values.values() if v] + [10])
    decades = math.log10(most) * 1.02

    def x(value):
        return left + width * max(0, math.log10(value)) / decades

    bottom = top + high * len(rows)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 60}" height="{bottom + 30}" '
           'font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="10" y="20" font-size="14">Processor time, times native ({escape(data["date"])}, {escape(data["host"]["model"])})</text>']
    for i, m in enumerate(machines):
        out.append(f'<rect x="{left + 170 * i}" y="30" width="10" height="10" fill="{COLOURS[i % 5]}"/>'
                   f'<text x="{left + 15 + 170 * i}" y="40">{escape(m)}</text>')
    for tick in (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500):
        if tick <= most:
            out.append(f'<line x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{top - 6}" y2="{bottom}" stroke="#ddd"/>'
                       f'<text x="{x(tick):.1f}" y="{bottom + 15}" text-anchor="middle">{tick}</text>')
    for r, (label, values) in enumerate(rows):
        y = top + r * high
        weight = ' font-weight="bold"' if label.startswith("geomean") else ""
        out.append(f'<text x="{left - 6}" y="{y + high / 2 + 2:.1f}" text-anchor="end"{weight}>{escape(label)}</text>')
        for i, m in enumerate(machines):
            v = values.get(m)
            if v:
                out.append(f'<rect x="{left}" y="{y + i * bar}" width="{max(1, x(v) - left):.1f}" height="{bar - 1}" '
                           f'fill="{COLOURS[i % 5]}"><title>{escape(label)}, {escape(m)}: {v:.2f}</title></rect>'
                           f'<text x="{max(left + 1, x(v)) + 3:.1f}" y="{y + i * bar + bar - 1}" font-size="7">{v:.1f}</text>')
    out.append("</svg>")
    return "\n".join(out) + "\n"
