# SPDX-License-Identifier: MIT
# Sourced after harness.sh. use_rust: cargo and rustc in PATH with the standard library for AArch64, all of them Debian's
# packages. What of them is not installed is unpacked into a folder that is kept from run to run.

use_rust()
{
    need apt-get apt
    need flock util-linux
    rust=${A64KIT_TEST_CACHE:-$SOURCE_DIR/out/sysroot-cache}/rust
    mkdir -p "$rust/debs"
    exec 7>"$rust/lock"
    flock 7
    [ -e "$rust/complete" ] || (unpack_rust) || skip "$(tail -n 1 "$rust/log")"
    exec 7>&-
    PATH=$rust/host/usr/bin:$PATH
    LD_LIBRARY_PATH=$rust/host/usr/lib/x86_64-linux-gnu
    CARGO_ENCODED_RUSTFLAGS=$(printf -- '-L\037%s' "$rust/target/usr/lib/rustlib/aarch64-unknown-linux-gnu/lib")
    CARGO_HOME=$SCRATCH/cargo-home
    export PATH LD_LIBRARY_PATH CARGO_ENCODED_RUSTFLAGS CARGO_HOME
    cargo --version >/dev/null 2>&1 || skip "cargo does not run here"
}

# Into $rust: what cargo needs of this machine's packages, and the library for the target.
unpack_rust()
{
    cd "$rust/debs"
    die() { echo "$*" >>"$rust/log"; exit 1; }
    : >"$rust/log"
    . "$SOURCE_DIR/sdk/libexec/lib/debian.sh"
    for arch in amd64 arm64; do
        mkdir -p "$rust/apt-$arch"
        debian_sources deb "$arch" "" "" >"$rust/apt-$arch/sources.list"
        debian_begin "$rust/apt-$arch" "$arch" "$rust/debs"
        debian_lists "$rust/log" || die "the lists of Debian's packages for $arch cannot be had"
        if [ "$arch" = amd64 ]; then
            folder=$rust/host packages=''
            debian_apt --print-uris -y install cargo >"$rust/uris" || die "Debian's mirrors have no cargo"
            for file in $(awk '/^.http/ { print $2 }' "$rust/uris"); do
                [ "$(dpkg-query -W -f '${db:Status-Status}' "${file%%_*}" 2>/dev/null)" = installed ] || packages="$packages ${file%%_*}"
            done
        else
            folder=$rust/target packages=libstd-rust-dev
        fi
        mkdir -p "$folder"
        for package in $packages; do
            debian_apt download "$package" >>"$rust/log" 2>&1 || die "Debian's package $package cannot be downloaded"
            dpkg-deb --fsys-tarfile "$package"_*_"$arch.deb" | tar -x -C "$folder" --exclude './usr/share' --exclude '*/rust-lld' ||
                die "Debian's package $package cannot be unpacked"
            rm -- "$package"_*_"$arch.deb"
        done
    done
    : >"$rust/complete"
}
