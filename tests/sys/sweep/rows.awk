# SPDX-License-Identifier: MIT
# From emulator/linux/sys/*.c: ROW(number, name, file, "kind", "kind" ...) for each row. From 424 on numbers are the same
# on every machine.
/^SYSCALL[0-6]\(/ { head = ""; reading = 1 }
reading {
    head = head $0
    if (head !~ /\)$/)
        next
    reading = 0
    sub(/^SYSCALL[0-6]\(/, "", head)
    sub(/\)$/, "", head)
    n = split(head, part, " *, *")
    file = FILENAME
    sub(/.*\//, "", file)
    host = part[1] + 0 < 424 ? "SYS_" part[2] : part[1]
    line = "ROW(" part[1] ", " host ", \"" part[2] "\", \"" file "\""
    for (i = 4; i < n; i += 2)
        line = line ", \"" part[i] "\""
    print line ")"
}
