# SPDX-License-Identifier: MIT
# Files the user may not read or execute.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
cp "$TOOL" closed
chmod 000 closed
cp "$TOOL" plain
chmod 644 plain
cp "$TOOL" others
if [ "$(id -u)" = 0 ]; then
    command -v setpriv >/dev/null || skip 'running as root and setpriv is not installed'
    as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
    chmod 755 .
    as "$A64RUN" "$TOOL" >/dev/null 2>&1 || {
        # The build tree may lie where nobody else can enter: bring what is needed to a place they can.
        place=$(mktemp -d)
        trap 'rm -rf "$place"' EXIT
        chmod 755 "$place"
        cp "$A64RUN" "$place/a64run"
        cp -p closed plain others "$place"
        A64RUN=$place/a64run
        cp "$RUNNER" "$place/runner"
        SEEN=$place
    }
else
    as() { "$@"; }
fi
SEEN=${SEEN:-$PWD}
cat >as.sh <<END
exec $(command -v setpriv) --reuid=65534 --regid=65534 --clear-groups "\$@"
END
if [ "$(id -u)" = 0 ]; then
    refuses 'closed (permission|read)' sh as.sh "$A64RUN" "$SEEN/closed"
    refuses 'plain (permission|execut) chmod' sh as.sh "$A64RUN" "$SEEN/plain"
    chmod 744 "$SEEN/others"
    refuses 'others permission execute' sh as.sh "$A64RUN" "$SEEN/others"
else
    refuses 'closed (permission|read)' "$A64RUN" "$SEEN/closed"
    refuses 'plain (permission|execut) chmod' "$A64RUN" "$SEEN/plain"
    chmod 455 "$SEEN/others"
    refuses 'others permission execute' "$A64RUN" "$SEEN/others"
fi
