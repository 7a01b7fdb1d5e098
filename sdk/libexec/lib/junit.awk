# SPDX-License-Identifier: MIT
# Counts the results in JUnit files and holds them against the names in `tests`; writes the times to `costs`.
function attribute(line, name,    s) {
    if (!match(line, " " name "=\"[^\"]*\"")) return ""
    s = substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&apos;/, "'", s); gsub(/&amp;/, "\\&", s)
    return s
}

/<testcase / {
    name = attribute($0, "name")
    status = attribute($0, "status")
    count++
    if (name in result) doubled[++doubles] = name " (" result[name] ", " status ")"
    result[name] = status
    seconds[name] = attribute($0, "time")
    if (status == "fail") failed[++failures] = name
    else if (status == "notrun") skipped++
    else if (status == "disabled") disabled++
}

END {
    if (tests != "") {
        while ((getline line < tests) > 0) {
            # What shard plan prints has three numbers before the name.
            if (line ~ /^[0-9]+ [0-9]+ [0-9.]+ /) sub(/^[0-9]+ [0-9]+ [0-9.]+ /, "", line)
            planned++
            if (!(line in result)) lost[++losses] = line
        }
    }
    if (costs != "") {
        for (name in result) if (result[name] == "run" || result[name] == "fail") print name " 1 " seconds[name] > costs
        print "---" > costs
    }
    printf "%d tests, %d failed, %d skipped, %d disabled", count, failures, skipped, disabled
    printf "%s\n", tests != "" ? sprintf("; %d of %d lost", losses, planned) : ""
    for (i = 1; i <= failures; i++) print "failed: " failed[i]
    for (i = 1; i <= losses; i++) print "lost: " lost[i]
    for (i = 1; i <= doubles; i++) print "more than once: " doubled[i]
    exit failures + losses + doubles > 0
}
