#!/bin/sh
# SPDX-License-Identifier: MIT
# headers_alone.sh SOURCE-DIR COMPILER: every header compiles when nothing is included before it.
set -u
cd "$1" || exit 2
bad=0 n=0
for header in $(cd emulator && find . -name '*.h' | sort); do
    header=${header#./}
    n=$((n + 1))
    printf '#include "%s"\n#include "%s"\nextern int not_empty;\n' "$header" "$header" |
        "$2" -std=gnu11 -mcx16 -D_GNU_SOURCE -DA64KIT_VERSION='"0"' -DA64_VERIFY=0 -Iemulator -Wall -Wextra -Werror \
            -Wno-unused-function -fsyntax-only -x c - || { echo "FAIL: emulator/$header does not compile alone"; bad=1; }
done
echo "$n headers"
[ $n -gt 0 ] || exit 2
exit $bad
