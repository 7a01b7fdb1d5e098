# SPDX-License-Identifier: MIT
# labels: quick
# What packages would have update-alternatives link, since none of their scripts run: the highest priority with its slaves, by
# links that stay in the sysroot; what is not there, or leads elsewhere, is left out. (sysroot.sh: ld.so.cache.)
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

need dpkg-deb dpkg
die() { fail "$@"; }
. "$SOURCE_DIR/sdk/libexec/lib/debian.sh"

# package NAME: from the files in ./tree and the script of standard input.
package()
{
    mkdir -p tree/DEBIAN
    printf 'Package: %s\nVersion: 1\nArchitecture: arm64\nMaintainer: test <test@localhost>\nDescription: test\n' "$1" >tree/DEBIAN/control
    cat >tree/DEBIAN/postinst
    chmod 755 tree/DEBIAN/postinst
    dpkg-deb --build --root-owner-group tree "$1.deb" >/dev/null
    rm -r tree
}
for kind in slow fast; do
    mkdir -p "tree/usr/lib/aarch64-linux-gnu/$kind" tree/usr/include
    echo "$kind" >"tree/usr/lib/aarch64-linux-gnu/$kind/libsum.so.3"
    echo "$kind" >"tree/usr/include/sum-$kind.h"
    priority=10
    [ "$kind" = slow ] || priority=100
    package "$kind" <<EOF
#!/bin/sh
touch /tmp/never \$1
update-alternatives --install /usr/lib/aarch64-linux-gnu/libsum.so.3 libsum.so.3-aarch64-linux-gnu \\
    /usr/lib/aarch64-linux-gnu/$kind/libsum.so.3 $priority \\
    --slave /usr/include/sum/sum.h sum.h /usr/include/sum-$kind.h \\
    --slave /usr/share/man/man3/sum.3.gz sum.3.gz /usr/share/man/man3/sum-$kind.3.gz
update-alternatives --install /../../outside outside /usr/include/sum-$kind.h 5
update-alternatives --install "\$HOME/outside" outside /usr/include/sum-$kind.h 5
EOF
done
mkdir tree
echo 'exit 0' | package none
for order in 'fast none slow' 'slow fast none'; do
    rm -rf 'a root'
    mkdir 'a root'
    debian_root 'a root'
    set --
    for name in $order; do
        debian_unpack "$name.deb" 'a root'
        set -- "$@" "$name.deb"
    done
    debian_alternatives 'a root' "$@"
    expect fast cat 'a root/usr/lib/aarch64-linux-gnu/libsum.so.3'
    expect fast cat 'a root/usr/include/sum/sum.h'
    expect 5 sh -c 'find "a root" -type l | wc -l' # with lib, bin and sbin
done
[ ! -e outside ] && [ ! -e ../outside ] || fail "a link outside of the root"
