#!/bin/sh
# SPDX-License-Identifier: MIT
# undefined.sh QEMU DIFFTEST ARG...: words without a row are undefined to qemu, too, if it is told to be a
# processor that has nothing for which there are no rows.
qemu=$1 difftest=$2
shift 2
version=$("$qemu" --version 2>/dev/null | sed -n 's/.* version \([0-9]*\).*/\1/p')
if [ -z "$version" ] || [ "$version" -lt 10 ]; then
    echo "skipped: $qemu is missing or before version 10, which executes many words that are undefined"
    exit 77
fi
exec "$difftest" --undefined --b "$qemu -cpu neoverse-v1,sve=off,pauth=off" "$@"
