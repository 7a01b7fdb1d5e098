# SPDX-License-Identifier: MIT
# Accesses whose addresses have tags cost a signal each until the block is compiled for them: in the whole
# program that happens a few hundred times, not a few times in each block.
set -eu
mkdir -p "$SCRATCH"
rm -f "$SCRATCH/stats"
"$A64RUN" --tier=t1 --stats="$SCRATCH/stats" "$BIN/tagged_many" >/dev/null
n=$(sed -n 's/.*, \([0-9]*\) tagged addresses.*/\1/p' "$SCRATCH/stats")
echo "$n accesses were completed because of their tag"
[ "$n" -ge 100 ] && [ "$n" -le 200 ]
