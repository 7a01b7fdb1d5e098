# SPDX-License-Identifier: MIT
# packages: shell
# beyond: qemu-aarch64 cannot run the programs of the root that git starts
# A repository's life: commits, branches, merges and conflicts, rebase, clones, packs, hooks, bisection.
HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$PWD/config GIT_PAGER=cat GIT_EDITOR=true
GIT_AUTHOR_DATE=2020-02-03T04:05:06Z GIT_COMMITTER_DATE=2020-02-03T04:05:06Z
export HOME GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL GIT_PAGER GIT_EDITOR GIT_AUTHOR_DATE GIT_COMMITTER_DATE
sample_text 3000 >sample
cat >script <<'EOF'
exec 2>&1
git config --global user.name Somebody
git config --global user.email somebody@example.org
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global protocol.file.allow always
git init -q repository && cd repository
for i in {1..12}; do
    head -n $((i * 200)) ../sample >text
    echo "$i" >"file$((i % 4))"
    git add . && git commit -qm "commit $i"
done
git log --oneline
git log --stat -2
git show --format='%H %an %ae %ad %s' HEAD~3 -- file1
git diff --numstat HEAD~6
git checkout -q -b side HEAD~5
sed -i '10s/^/changed /' text && git commit -qam 'on the side'
echo new >new && git add new && git commit -qm 'a new file'
git tag -a -m 'a tag' v1
git rebase -q main && git log --oneline -3
git checkout -q main
sed -i '10s/^/otherwise /' text && git commit -qam 'conflicting'
git merge side; echo "merge: $?"
git status --short; sed -n '8,16p' text | cut -c1-30
git checkout --theirs text && git commit -qam 'merged' && git log --graph --oneline -4
git cherry-pick v1 >/dev/null; echo "cherry-pick: $?"; git cherry-pick --abort 2>/dev/null
git blame -L 10,11 --date=short text
git stash list; echo dirty >>file0; git stash -q; git stash list; git stash pop -q; git status --short; git checkout -q file0
for i in 1 2 3; do echo $i >"more$i"; git add .; git commit -qm "more $i"; done
git rebase -q -i --exec 'git rev-parse --short HEAD' HEAD~2 2>/dev/null; git log --oneline -3
printf '#!/bin/sh\ngrep -q bad "$1" && { echo "hook refuses"; exit 1; }; exit 0\n' >.git/hooks/commit-msg
chmod +x .git/hooks/commit-msg
git commit --allow-empty -qm 'a bad one'; echo "hook: $?"
git commit --allow-empty -qm 'a good one'; echo "hook: $?"
git count-objects | sed 's/,.*//'
git gc -q; git fsck --no-dangling; echo "fsck: $?"
git verify-pack -v .git/objects/pack/*.idx | grep -c commit
cd ..
git clone -q repository local && git clone -q "file://$PWD/repository" transported && git clone -q --bare repository bare.git
git -C transported log --oneline | md5sum; git -C local log --oneline | md5sum
cd transported && git remote add bare ../bare.git
echo pushed >pushed && git add . && git commit -qm pushed && git push -q bare HEAD:refs/heads/topic && git ls-remote bare | wc -l
git fetch -q --all; git branch -a | sort
git submodule --quiet add ../bare.git sub && git commit -qm submodule && git submodule status | cut -c1-9
git format-patch -q -1 HEAD~1 && git am -q --abort 2>/dev/null; head -n 4 0001-pushed.patch
git grep -n 'line 12[0-9] ' text | head -n 3
git archive HEAD file0 text | tar -tv | awk '{ print $3, $NF }'
git bisect start HEAD HEAD~9 >/dev/null; git bisect run sh -c '[ $(wc -l <text) -lt 1800 ]' | grep 'first bad'
git bisect reset >/dev/null
git worktree add -q ../tree side 2>/dev/null || git worktree add -q ../tree origin/side; ls ../tree
git rev-list --objects --all | wc -l; git repack -adfq --window=20; git fsck; echo "fsck: $?"
git log --format=%s -S'changed' --all -- text
git reflog | wc -l
EOF
step bash script
