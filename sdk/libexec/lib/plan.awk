# SPDX-License-Identifier: MIT
# Divides tests among `shards` workers: reads, in this order, ctest's costs (kind=costs), the flattened list of all
# tests (kind=json) and the numbers that are to run (kind=run, "number name"); prints "shard number seconds name".
# Tests that share a fixture, a RESOURCE_LOCK or follow each other by DEPENDS stay together, and so do all RUN_SERIAL ones.
# Groups go to the shard with the least to do, the longest first; what has no cost yet counts as the mean of the others.
kind == "costs" {
    if ($0 ~ /^---/) { kind = "rest"; next }
    if (match($0, / [0-9]+ [0-9.e+-]+$/)) {
        split(substr($0, RSTART + 1), f, " ")
        if (f[1] > 0) { name = substr($0, 1, RSTART - 1); cost[name] = f[2]; sum += f[2]; known++ }
    }
    next
}
kind == "json" {
    tab = index($0, "\t")
    path = substr($0, 1, tab - 1)
    text = substr($0, tab + 1)
    n = split(path, p, ".")
    if (p[1] != "tests") next
    number = p[2] + 1
    if (p[3] == "name" && n == 3) { number_of[text] = number; next }
    if (p[3] == "properties" && p[5] == "name") { property = text; next }
    if (p[3] == "properties" && p[5] == "value") {
        if (property ~ /^(FIXTURES_SETUP|FIXTURES_CLEANUP|FIXTURES_REQUIRED)$/) ties[number, ++tie_count[number]] = "fixture " text
        else if (property == "RESOURCE_LOCK") ties[number, ++tie_count[number]] = "lock " text
        else if (property == "RUN_SERIAL" && text ~ /^(true|1|ON)$/) ties[number, ++tie_count[number]] = "serial"
        else if (property == "DEPENDS") after[number, ++after_count[number]] = text
    }
    next
}
kind == "run" {
    number = $1 + 0
    name = $0
    sub(/^[0-9]+ /, "", name)
    runs[++count] = number
    name_of[number] = name
    parent[number] = number
}

function root(n) { while (parent[n] != n) n = parent[n] = parent[parent[n]]; return n }
function join(a, b) { a = root(a); b = root(b); if (a < b) parent[b] = a; else parent[a] = b }

END {
    mean = known ? sum / known : 1
    for (i = 1; i <= count; i++) {
        number = runs[i]
        for (t = 1; t <= tie_count[number]; t++) {
            key = ties[number, t]
            if (key in holder) join(number, holder[key]); else holder[key] = number
        }
        for (t = 1; t <= after_count[number]; t++)
            if (after[number, t] in number_of && number_of[after[number, t]] in parent) join(number, number_of[after[number, t]])
    }
    for (i = 1; i <= count; i++) {
        number = runs[i]
        seconds = name_of[number] in cost ? cost[name_of[number]] : mean
        total[root(number)] += seconds
        of_test[number] = seconds
        if (root(number) == number) groups[++group_count] = number
    }
    # The longest first; of equal ones, the lower number.
    for (i = 2; i <= group_count; i++) {
        g = groups[i]
        for (j = i - 1; j >= 1 && (total[groups[j]] < total[g]); j--) groups[j + 1] = groups[j]
        groups[j + 1] = g
    }
    for (s = 1; s <= shards; s++) load[s] = 0
    for (i = 1; i <= group_count; i++) {
        least = 1
        for (s = 2; s <= shards; s++) if (load[s] < load[least]) least = s
        shard_of[groups[i]] = least
        # Each test costs its start besides.
        load[least] += total[groups[i]] + 0.001
    }
    for (i = 1; i <= count; i++)
        printf "%d %d %.3f %s\n", shard_of[root(runs[i])], runs[i], of_test[runs[i]], name_of[runs[i]]
}
