# SPDX-License-Identifier: MIT
# Sourced by the wrappers: sets $sysroot to the folder that AARCH64_SYSROOT means: a path, the name of one that
# `a64kit sysroot create` made, or `host`, this machine with Debian's arm64 packages. Without forks.
sysroot=${AARCH64_SYSROOT:-/usr/aarch64-linux-gnu}
case $sysroot in
*/*) ;;
host) sysroot=/ ;;
*) sysroot=${A64KIT_SYSROOTS:-${XDG_DATA_HOME:-${HOME-}/.local/share}/a64kit/sysroots}/$sysroot ;;
esac
