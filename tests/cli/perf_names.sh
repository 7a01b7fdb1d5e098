# SPDX-License-Identifier: MIT
# --perf=map and jitdump: files of the form that perf reads, with the guest's names; in a child, too.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
grep -q avx2 /proc/cpuinfo || skip 'this processor has no AVX2: nothing is compiled'
. "$SOURCE_DIR/lib/hot.sh"

# The map is where perf looks for it.
sh -c 'echo $$ >pid; exec "$@"' sh "$A64RUN" --tier=t1 --perf=map ./hot 20000 fork >child || fail 'with --perf=map'
map=/tmp/perf-$(cat pid).map childs=/tmp/perf-$(cat child).map
[ -s "$map" ] || fail "no $map"
grep -Evq '^[0-9a-f]+ [0-9a-f]+ .+$' "$map" && fail "lines of another form: $(grep -Ev '^[0-9a-f]+ [0-9a-f]+ .+$' "$map" | head -3)"
grep -Eq ' spin_alpha(\+0x[0-9a-f]+)?$' "$map" && grep -Eq ' spin_beta(\+0x[0-9a-f]+)?$' "$map" || fail "no names: $(cat "$map")"
# The code of a name does not run into the next.
sort "$map" | awk 'function hex(s,  i, v) { for (i = 1; i <= length(s); i++) v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1; return v }
    hex($1) < end { print "overlap at " $0; bad = 1 } { end = hex($1) + hex($2) } END { exit bad }' || fail 'overlap'
grep -q 'spin_alpha' "$childs" || fail "no map of the child, or not of the code it had from its parent"
rm -f "$map" "$childs"

"$A64RUN" --tier=t1 --perf=jitdump ./hot 20000 || fail 'with --perf=jitdump'
dump=$(ls jit-*.dump)
[ "$(od -An -tx4 -N8 "$dump" | tr -s ' ')" = ' 4a695444 00000001' ] || fail "head of $dump"
grep -aq 'spin_alpha' "$dump" && grep -aq 'spin_beta' "$dump" || fail 'no names in the dump'
refuses 'perf map jitdump' "$A64RUN" --perf=yes ./hot 1
mkdir locked && cd locked && chmod 555 .
[ -w . ] || refuses 'jit- Permission' "$A64RUN" --perf=jitdump ../hot 1
