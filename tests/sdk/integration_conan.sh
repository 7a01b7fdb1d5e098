# SPDX-License-Identifier: MIT
# labels: full, timeout: 300
# Conan 2, without a remote: a library with tests of ctest and a test package that runs a program, and a project that needs it.
. "$SOURCE_DIR/tests/sdk/lib/harness.sh"

command -v conan >/dev/null || skip "conan is not installed (it is no package of Debian: pip install conan)"
export CONAN_HOME="$SCRATCH/conan"
export AARCH64_EMULATOR="$A64RUN"
profile=$SOURCE_DIR/sdk/integrations/conan/aarch64
mkdir -p two/test_package app
cat >two/conanfile.py <<'END'
from conan import ConanFile
from conan.tools.cmake import CMake, cmake_layout

class Two(ConanFile):
    name = "two"
    version = "1.0"
    settings = "os", "compiler", "build_type", "arch"
    options = {"shared": [True, False]}
    default_options = {"shared": False}
    exports_sources = "CMakeLists.txt", "*.cpp", "*.h"
    generators = "CMakeToolchain", "CMakeDeps"

    def layout(self):
        cmake_layout(self)

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()
        cmake.test()

    def package(self):
        CMake(self).install()

    def package_info(self):
        self.cpp_info.libs = ["two"]
END
cat >two/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(two CXX)
enable_testing()
add_library(two two.cpp)
add_executable(own own.cpp)
target_link_libraries(own two)
add_test(NAME own COMMAND own)
install(TARGETS two)
install(FILES two.h TYPE INCLUDE)
END
echo 'int two();' >two/two.h
printf '#include "two.h"\nint two() { return 2; }\n' >two/two.cpp
printf '#include "two.h"\nint main() { return two() - 2; }\n' >two/own.cpp
cat >two/test_package/conanfile.py <<'END'
import os
from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, cmake_layout

class TwoTest(ConanFile):
    settings = "os", "compiler", "build_type", "arch"
    generators = "CMakeToolchain", "CMakeDeps"

    def requirements(self):
        self.requires(self.tested_reference_str)

    def layout(self):
        cmake_layout(self)

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self):
        if can_run(self):
            self.run(os.path.join(self.cpp.build.bindir, "user"), env="conanrun")
END
cat >two/test_package/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(user CXX)
enable_testing()
find_package(two REQUIRED)
add_executable(user user.cpp)
target_link_libraries(user two::two)
add_test(NAME user COMMAND user)
END
printf '#include <cstdio>\n#include <two.h>\nint main() { std::printf("two is %%d\\n", two()); return two() - 2; }\n' >two/test_package/user.cpp
cp two/test_package/CMakeLists.txt two/test_package/user.cpp app/
printf '[requires]\ntwo/1.0\n[generators]\nCMakeToolchain\nCMakeDeps\n[layout]\ncmake_layout\n' >app/conanfile.txt

conan profile detect >log 2>&1 || fail "$(cat log)"
conan create two -nr -pr:h "$profile" -pr:b default >log 2>&1 || fail "$(cat log)"
grep -q '100% tests passed, 0 tests failed out of 1' log || fail "no test of ctest ran: $(cat log)"
! grep -q '^two is 2$' log || fail "the test package ran where programs of the target cannot start"
for shared in False True; do
    "$SOURCE_DIR/a64kit" exec -- conan create two -nr -pr:h "$profile" -pr:b default -o "two/*:shared=$shared" \
        -c tools.build.cross_building:can_run=True >log 2>&1 || fail "$(cat log)"
    grep -q '^two is 2$' log || fail "the test package did not run: $(cat log)"
    conan install app -nr -pr:h "$profile" -pr:b default -o "two/*:shared=$shared" >log 2>&1 || fail "$(cat log)"
    (cd app && cmake --preset conan-release && cmake --build --preset conan-release && ctest --preset conan-release) >log 2>&1 ||
        fail "$(cat log)"
    grep -q '100% tests passed, 0 tests failed out of 1' log || fail "$(cat log)"
    readelf -h app/build/Release/user | grep -q AArch64 || fail "not for AArch64"
    rm -rf app/build
done
