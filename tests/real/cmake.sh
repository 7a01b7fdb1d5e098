# SPDX-License-Identifier: MIT
# packages: gcc
# engines: t1
# beyond: the programs start each other with execve, which qemu-aarch64 leaves to the kernel
# CMake finds the compilers, its makefiles build with four jobs, ctest runs what came of it; all from a guest's shell.
cp -r "$SOURCE_DIR/programs/project" source
cat >build.sh <<'END'
set -e
cmake -S source -B build -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Release
cmake --build build -j4 >made
# Four at a time, in any order.
cut -d']' -f2- made | sort
cd build
ctest -j4 >tested
sort -k2 tested
ctest -R sum_3 -V
cmake --install . --prefix ../installed
../installed/bin/small 2
cmake --build . --target clean
END
SECONDS_EACH=300
# ctest puts a backslash before a blank.
escaped=$(printf %s "$PWD" | sed 's/ /\\\\ /g')
step dash build.sh | sed "s|$PWD|HERE|g; s|$escaped|HERE|g; s/ *[0-9.]* sec\$//; s|^[1-4]/4 ||"
