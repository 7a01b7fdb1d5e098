#!/bin/sh
# SPDX-License-Identifier: MIT
# tracked_files.sh SOURCE-DIR CHECK: what must hold for the files of the repository (or, outside of git, of the directory).
#   size    no source file is longer than 900 lines; tables (.def, .inc, .txt) may be any length
#   spdx    source files name their licence in the first three lines
#   paths   no path or host of the machine someone works on
#   top     at the top there is nothing but what belongs there
set -u
cd "$1" || exit 2
files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard
    else
        find . -type f ! -path './build*/*' ! -path './out/*' | sed 's|^\./||'
    fi | while read -r f; do [ -f "$f" ] && echo "$f"; done
}
sources() {
    files | grep -E '\.(c|h|cc|cpp|S|sh|py|cmake)$|/CMakeLists\.txt$'
}
bad=0
case ${2:-} in
size)
    long=$(sources | xargs -d '\n' awk 'FNR == 901 { print "FAIL: " FILENAME " has more than 900 lines: two ideas?" }')
    ;;
spdx)
    long=$(sources | grep -v 'CMakeLists\.txt$' | xargs -d '\n' awk '
        FNR == 1 { if (name && !found) print "FAIL: " name " has no SPDX line at its top"; name = FILENAME; found = 0 }
        FNR <= 3 && /SPDX-License-Identifier: MIT/ { found = 1 }
        END { if (name && !found) print "FAIL: " name " has no SPDX line at its top" }')
    ;;
paths)
    # The patterns are written so that this file does not match them.
    slash=/
    start='(^|[^A-Za-z0-9_$}{/.])'
    pattern="$start${slash}(work|root|Users|home/[a-z]+)/|[a-z0-9.]*(artifactory|nexus)[a-z0-9.]*\.[a-z]+|pypi[.]org|registry[.]npmjs|proxy[.]golang|crates[.]io|deb[.]debian[.]org|[a-z]+[.]internal\b"
    long=$(files | grep -v '\.xz$' | xargs -d '\n' grep -InE "$pattern" /dev/null |
        grep -v '^tests/lint/tracked_files.sh:' | sed 's/^/FAIL: /')
    ;;
top)
    long=$(files | cut -d/ -f1 | sort -u | grep -vxE '\.(ci|clang-format|gitignore)|CMakeLists\.txt|CMakePresets\.json|LICENSE|README\.md|a64kit|bench|cmake|docs|emulator|samples|sdk|tests|build.*|out' |
        sed 's/$/ does not belong at the top/; s/^/FAIL: /')
    ;;
*)
    echo "usage: tracked_files.sh SOURCE-DIR size|spdx|paths|top"
    exit 2
    ;;
esac
[ -n "$long" ] && bad=1 && printf '%s\n' "$long"
echo "$(files | wc -l) files, $(sources | wc -l) of them source"
exit $bad
