# SPDX-License-Identifier: MIT
# packages: sandbox
# engines: t1
# beyond: the programs that are started come from the root, where qemu-aarch64 does not find them
# Programs that shut others in: bubblewrap, with the folder of the packages for a root, and unshare, by namespaces; crun, which first starts
# itself once more from a copy that nobody can write to.
unshare -Urm true 2>/dev/null || { echo 'skipped: this host gives no user namespaces' && exit 77; }
boxed() {
    how=$1
    shift
    step bwrap --unshare-all --die-with-parent "$how" "$ROOT" / --proc /proc --dev /dev "$@" | sed "s|$ROOT|ROOT|g"
}
boxed --bind --hostname inside --uid 1000 --gid 1000 --tmpfs /tmp --chdir /tmp --setenv WORD given bash -c '
    id -u; uname -nm; echo "$WORD $PWD"; readlink /proc/self/exe; echo $PPID; echo text >file; cat file; ls -d /proc/1; ls /dev | head -n 3; exit 7'
boxed --ro-bind bash -c 'echo >/file; echo "$?"; (echo in a child; kill -KILL $BASHPID); echo "$?"; kill -TERM $$'
boxed --ro-bind --tmpfs /tmp bwrap --ro-bind / / --unshare-pid --proc /proc bash -c 'echo "boxed twice: $$"; cat <(echo pipes) <(echo of bash)'
boxed --ro-bind --cap-drop ALL unshare -U id -u
echo 'a file from outside' >data
exec 5<data
boxed --ro-bind --tmpfs /tmp --file 5 /tmp/data --dir /tmp/dir --symlink data /tmp/link bash -c 'cat /tmp/link; stat -c %F /tmp/dir /tmp/link; umask'
exec 5<&-
step bwrap --bind "$ROOT" / bash -c 'ls -d /proc/*; bash -c "exec echo without /proc"' | sed "s|$ROOT|ROOT|g"
step unshare -Urpf bash -c 'echo $$; id -u; (echo $BASHPID); exit 5'
step unshare -Uru bash -c 'echo renamed >/proc/sys/kernel/hostname; uname -n'
guest crun --version 2>&1 | head -n 1 | cut -d ' ' -f 1
(mkdir bundle && cd bundle && guest crun spec && echo "status $?" && head -n 2 config.json)
