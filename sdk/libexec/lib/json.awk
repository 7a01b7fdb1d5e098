# SPDX-License-Identifier: MIT
# Flattens JSON: one line for each value, its path and the value with a tab between them:
#   tests.3.name<TAB>hello
# In strings \n, \t and \\ stay escaped, so that a value is one line; other escapes are resolved (\u: ASCII only).
# One record: putting lines together would copy the text for each.
BEGIN { RS = "\001" }
{ text = text $0 }
END { at = 1; value("") }

function blank() { match(substr(text, at, 4096), /^[ \t\r\n]*/); at += RLENGTH; if (RLENGTH == 4096) blank() }

function string(    out, c, n, hex) {
    at++
    out = ""
    for (;;) {
        # As much as has no escape, in pieces: a search in the whole rest would be slow.
        match(substr(text, at, 512), /^[^"\\]*/)
        out = out substr(text, at, RLENGTH)
        at += RLENGTH
        if (RLENGTH == 512)
            continue
        c = substr(text, at, 1)
        if (c == "\"" || c == "") { at++; return out }
        c = substr(text, at + 1, 1)
        at += 2
        if (c == "n" || c == "t" || c == "\\") out = out "\\" c
        else if (c == "u") { hex = substr(text, at, 4); at += 4; n = hex_value(hex); out = out (n < 128 ? sprintf("%c", n) : "\\u" hex) }
        else if (c == "r" || c == "b" || c == "f") out = out "\\" c
        else out = out c
    }
}

function hex_value(hex,    i, n) {
    for (i = 1; i <= length(hex); i++)
        n = n * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1
    return n
}

function value(path,    c, i, key) {
    blank()
    c = substr(text, at, 1)
    if (c == "{") {
        at++
        for (blank(); substr(text, at, 1) != "}"; blank()) {
            key = string(); blank(); at++
            value(path (path == "" ? "" : ".") key)
            blank()
            if (substr(text, at, 1) == ",") at++
            if (substr(text, at, 1) == "") return
        }
        at++
    } else if (c == "[") {
        at++
        i = 0
        for (blank(); substr(text, at, 1) != "]"; blank()) {
            value(path (path == "" ? "" : ".") i++)
            blank()
            if (substr(text, at, 1) == ",") at++
            if (substr(text, at, 1) == "") return
        }
        at++
    } else if (c == "\"") {
        print path "\t" string()
    } else {
        match(substr(text, at, 64), /^[-+0-9.eEa-z]+/)
        print path "\t" substr(text, at, RLENGTH)
        at += RLENGTH > 0 ? RLENGTH : 1
    }
}
