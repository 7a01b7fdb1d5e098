#!/bin/sh
# SPDX-License-Identifier: MIT
# format.sh SOURCE-DIR [--fix]: the emulator and its tests are formatted as .clang-format says. Tables are left out. Only
# version 14 decides; others differ in details, so they are reported and skipped (exit 77).
set -u
cd "$1" || exit 2
tool=
for name in clang-format-14 clang-format; do
    command -v "$name" >/dev/null 2>&1 && tool=$name && break
done
if [ -z "$tool" ]; then
    echo "SKIP: no clang-format here (package clang-format)"
    exit 77
fi
version=$("$tool" --version | sed 's/.*version \([0-9]*\).*/\1/')
list=$(find emulator tests/a64 tests/ir tests/opt tests/engine tests/lint tests/vectors tests/fp -name '*.[ch]' 2>/dev/null | sort)
if [ "${2:-}" = --fix ]; then
    # shellcheck disable=SC2086
    exec "$tool" -i $list
fi
bad=0
for file in $list; do
    if ! "$tool" --dry-run -Werror "$file" >/dev/null 2>&1; then
        echo "not formatted: $file ($("$tool" "$file" | diff "$file" - | grep -c '^<') lines; $tool -i $file)"
        bad=$((bad + 1))
    fi
done
echo "$(echo "$list" | wc -l) files, $bad not formatted (clang-format $version)"
[ $bad -eq 0 ] && exit 0
[ "$version" = 14 ] || exit 77
exit 1
