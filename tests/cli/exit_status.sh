# SPDX-License-Identifier: MIT
# Every exit status is the program's own.
. "$SOURCE_DIR/lib/common.sh"
for status in $(seq 0 255); do
    "$A64RUN" "$TOOL" exit "$status" >out 2>err
    got=$?
    [ $got = "$status" ] || fail "exit $status came back as $got"
    [ ! -s out ] && [ ! -s err ] || fail "output with exit $status"
done
