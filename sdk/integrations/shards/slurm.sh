#!/bin/sh
# SPDX-License-Identifier: MIT
# Tests on a cluster with Slurm: sh slurm.sh TREE [WORKERS], in a folder that all nodes see.
set -eu
tree=${1:?usage: slurm.sh TREE [WORKERS]}
workers=${2:-4}
a64kit archive create "$tree" --output=tests.tar.xz
a64kit shard plan "$tree" -n "$workers" >plan.txt
# Each worker unpacks for itself, on its node.
job=$(sbatch --parsable --array="1-$workers" --output="junit-%a.log" --wrap "
    archive=\$PWD; cd \"\$(mktemp -d)\" && tar -xf \"\$archive/tests.tar.xz\" &&
    ./tests/run --shard=auto --junit=\"\$archive/junit-\$SLURM_ARRAY_TASK_ID.xml\"")
sbatch --dependency="afterany:$job" --output=merge.log --wrap "a64kit junit merge --tests=plan.txt --output=junit.xml junit-*.xml"
