# SPDX-License-Identifier: MIT
# judge.sh NAME: runs NAME.sh under the emulator and compares its transcript with NAME.expected.
# A newer package may rightly say something else; so on a difference the transcript of the reference
# emulator on the same files decides, when it is installed.
# Environment: A64RUN, CACHE (of the script's packages), SCRATCH, SOURCE_DIR; BEYOND, the reason why the
# reference cannot decide; REFERENCE (qemu-aarch64). UPDATE=1 writes the expected file with the reference;
# REFERENCE=native takes the host's own programs for that.
set -u
name=$1
root=$CACHE/root
if [ ! -e "$root/.complete" ]; then
    echo "skipped: no packages in $root: $(cat "$CACHE/why-not" 2>/dev/null || echo 'run tests/real/fetch.sh')"
    exit 77
fi
REFERENCE=${REFERENCE:-qemu-aarch64}
reference=$(command -v "$REFERENCE")
rm -rf "$SCRATCH"
mkdir -p "$SCRATCH"

# transcript EMULATOR OUT
transcript() {
    mkdir -p "$SCRATCH/cwd"
    (
        cd "$SCRATCH/cwd" || exit 1
        EMULATOR=$1 ROOT=$root
        LC_ALL=C TZ=UTC0
        export EMULATOR ROOT LC_ALL TZ
        . "$SOURCE_DIR/lib/guest.sh"
        . "$SOURCE_DIR/$name.sh"
    ) >"$2" 2>"$2.err" </dev/null
    said=$?
    rm -rf "$SCRATCH/cwd"
    # A script leaves with 77 when this machine cannot do what it needs, the reason in its last line.
    [ $said != 77 ] || { tail -n 1 "$2" && exit 77; }
}

if [ "${UPDATE:-0}" = 1 ]; then
    [ "$REFERENCE" != native ] || root=''
    transcript "$reference" "$SOURCE_DIR/$name.expected"
    rm -f "$SOURCE_DIR/$name.expected.err"
    exit
fi
transcript "$A64RUN" "$SCRATCH/transcript"
cmp -s "$SOURCE_DIR/$name.expected" "$SCRATCH/transcript" && exit 0
wanted=$SOURCE_DIR/$name.expected
if [ -z "${BEYOND:-}" ] && [ -n "$reference" ] && [ "$reference" != "$A64RUN" ]; then
    transcript "$reference" "$SCRATCH/reference"
    # A script that breaks off says the same under both.
    [ $((2 * $(wc -l <"$SCRATCH/transcript"))) -lt "$(wc -l <"$SOURCE_DIR/$name.expected")" ] ||
        { cmp -s "$SCRATCH/reference" "$SCRATCH/transcript" && exit 0; }
    wanted=$SCRATCH/reference
fi
echo "FAIL: the transcript differs from $wanted"
diff "$wanted" "$SCRATCH/transcript" | head -40
sed 's/^/stderr: /' "$SCRATCH/transcript.err" | head -20
exit 1
