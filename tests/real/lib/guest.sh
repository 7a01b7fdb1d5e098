# SPDX-License-Identifier: MIT
# What the scripts here are written in.

# guest program args...: runs it from the unpacked packages, for $SECONDS_EACH at most; as $AS, a command in front, says.
guest() {
    (guest_exec "$@")
}

# guest_exec program args...: the same in place of this shell.
guest_exec() {
    program=$1
    shift
    # shellcheck disable=SC2086
    exec ${AS:-} timeout -k 5 "${SECONDS_EACH:-300}" ${EMULATOR:+"$EMULATOR" -L "$ROOT"} "$ROOT/usr/bin/$program" "$@"
}

# step program args...: the same, with the command, its output and its exit status in the transcript.
step() {
    echo "## $*"
    guest "$@" 2>"$SCRATCH/stderr"
    echo "-- status $?"
    # Messages without the program's own path, which differs from place to place.
    sed "s|^.*/usr/bin/||; s|^|2> |" "$SCRATCH/stderr"
}

# A text of N lines, the same everywhere.
sample_text() {
    awk -v n="$1" 'BEGIN { s = 42; for (i = 1; i <= n; i++) { s = (s * 69069 + 1) % 4294967296;
        printf "%d line %d of the sample, word%d %s\n", s % 10000, i, int(s / 7) % 977,
            substr("abcdefghijklmnopqrstuvwxyz", 1 + int(s / 65536) % 20, 6) } }'
}
