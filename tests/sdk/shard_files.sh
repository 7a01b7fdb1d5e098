# SPDX-License-Identifier: MIT
# labels: full, timeout: 600
# The files for clusters and CI in integrations/shards: what they run is run, with the variables and folders that their engine
# gives, and no test is lost.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
version=$("$CMAKE" --version | sed -n '1s/.* //p')
[ "$(printf '%s\n3.25\n' "$version" | sort -V | head -n 1)" = 3.25 ] || skip "presets need CMake 3.25, this is $version"
shards=$SOURCE_DIR/sdk/integrations/shards
export PATH="$SOURCE_DIR:$PATH"
plain_folder
cd "$PLAIN"
a64kit new project --c 2>/dev/null

# commands FILE KEY...: what stands at that place of a YAML file, as one script.
commands()
{
    python3 - "$@" <<'END'
import sys, yaml
node = yaml.safe_load(open(sys.argv[1]))
for key in sys.argv[2:]:
    node = node[int(key) if key.isdigit() else key]
for step in [node] if isinstance(node, str) else node:
    text = step.get("run") if isinstance(step, dict) else step
    if text:
        print(text)
END
}
# all_there FOLDER: both tests have one result.
all_there()
{
    [ "$(grep -c '<testcase ' "$1/junit.xml")" = 2 ] || fail "not the two tests of the project in $1"
}
run_in()
{
    (cd "$1" && sh -e "$2") >log 2>&1 || fail "$2 in $1: $(cat log)"
}

# Slurm: an array of jobs; the last job comes after them.
cp -r project slurm
mkdir bin
cat >bin/sbatch <<'END'
#!/bin/sh
n=''
while [ $# -gt 0 ]; do
    case $1 in
    --array=1-*) n=${1#--array=1-} ;;
    --wrap) shift && words=$1 ;;
    --dependency=afterany:17 | --parsable | --output=*) ;;
    *) echo "sbatch: $1" >&2 && exit 1 ;;
    esac
    shift
done
[ -n "$n" ] && echo 17 || { sh -c "$words" >&2; exit; }
for i in $(seq "$n"); do
    SLURM_ARRAY_TASK_ID=$i SLURM_ARRAY_TASK_COUNT=$n sh -c "$words" >&2 || true
done
END
chmod +x bin/sbatch
(cd slurm && "$CMAKE" --preset aarch64 && "$CMAKE" --build --preset aarch64) >log 2>&1 || fail "$(cat log)"
(cd slurm && PATH="$PLAIN/bin:$PATH" sh "$shards/slurm.sh" build/aarch64 3) >log 2>&1 || fail "$(cat log)"
all_there slurm
[ -e slurm/junit-3.xml ] && [ ! -e slurm/junit-4.xml ] || fail "not three workers"

# Kubernetes: an index from 0, and a volume where the archive lies.
mkdir k8s
cp slurm/tests.tar.xz k8s
commands "$shards/kubernetes.yaml" spec template spec containers 0 command 2 >k8s.sh
sed -i "s|\\([ =]\\)/tests/|\\1$PLAIN/k8s/|g" k8s.sh
for JOB_COMPLETION_INDEX in 0 1 2 3; do
    export JOB_COMPLETION_INDEX JOB_COMPLETIONS=4
    run_in k8s "$PLAIN/k8s.sh"
done
unset JOB_COMPLETION_INDEX JOB_COMPLETIONS
a64kit junit merge --tests=slurm/plan.txt --output=k8s/junit.xml k8s/junit-*.xml >log || fail "$(cat log)"
all_there k8s

# GitLab: artifacts of earlier jobs lie in the folder of the project.
cp -r project gitlab
for job in pack test merge; do commands "$shards/gitlab.yml" $job script >gitlab-$job.sh; done
run_in gitlab "$PLAIN/gitlab-pack.sh"
for i in 1 2 3 4; do
    mkdir gitlab-$i
    cp gitlab/tests.tar.xz gitlab/plan.txt gitlab-$i/
    export CI_NODE_INDEX=$i CI_NODE_TOTAL=4
    run_in gitlab-$i "$PLAIN/gitlab-test.sh"
done
unset CI_NODE_INDEX CI_NODE_TOTAL
mkdir gitlab-merge
cp gitlab/tests.tar.xz gitlab/plan.txt gitlab-[1-4]/junit-*.xml gitlab-merge/
run_in gitlab-merge "$PLAIN/gitlab-merge.sh"
all_there gitlab-merge

# GitHub: one artifact is unpacked where the job is, all of them into folders of their names.
cp -r project github
for job in pack test merge; do commands "$shards/github.yml" jobs $job steps >github-$job.sh; done
run_in github "$PLAIN/github-pack.sh"
mkdir -p github-merge/tests
cp github/tests.tar.xz github/plan.txt github-merge/tests/
for i in 1 2 3 4; do
    mkdir -p github-$i "github-merge/junit-$i"
    cp github/tests.tar.xz github/plan.txt github-$i/
    export SHARD=$i SHARDS=4
    run_in github-$i "$PLAIN/github-test.sh"
    cp github-$i/junit-*.xml "github-merge/junit-$i/"
done
unset SHARD SHARDS
run_in github-merge "$PLAIN/github-merge.sh"
all_there github-merge
