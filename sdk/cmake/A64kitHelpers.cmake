# SPDX-License-Identifier: MIT
# The functions of find_package(A64kit).
include_guard(GLOBAL)

set(_A64KIT_CMAKE "${CMAKE_CURRENT_LIST_DIR}")

# The list `value` names no unknown keywords and no keyword lacks its value, or one line says so.
function(_a64kit_check function unparsed missing)
    if(unparsed)
        message(FATAL_ERROR " ${function}: '${unparsed}' is not one of its keywords")
    endif()
    if(missing)
        message(FATAL_ERROR " ${function}: ${missing} needs a value")
    endif()
endfunction()

# a64_add_test(NAME name COMMAND program [arg...]
#              [CPU model] [EMULATOR_ARGS arg...]      options of a64run for this test
#              [EXPECTED_OUTPUT file] [INPUT file]     its standard output is exactly this; standard input
#              [EXIT_STATUS number]                    how it ends (0), also 128 + the number of a signal
#              [ENVIRONMENT var=value...] [LABELS label...] [TIMEOUT seconds] [WORKING_DIRECTORY folder])
#
# Adds a test whose program runs in the emulator, whichever way it is written: a target, a
# $<TARGET_FILE:...>, or the path of a file of the target. ENVIRONMENT is the program's.
function(a64_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CPU;EXPECTED_OUTPUT;INPUT;EXIT_STATUS;TIMEOUT;WORKING_DIRECTORY"
        "COMMAND;EMULATOR_ARGS;ENVIRONMENT;LABELS")
    _a64kit_check(a64_add_test "${arg_UNPARSED_ARGUMENTS}" "${arg_KEYWORDS_MISSING_VALUES}")
    foreach(needed NAME COMMAND)
        if("${arg_${needed}}" STREQUAL "")
            message(FATAL_ERROR " a64_add_test: ${needed} is missing")
        endif()
    endforeach()
    if(arg_EXIT_STATUS AND NOT arg_EXIT_STATUS MATCHES "^[0-9]+$")
        message(FATAL_ERROR " a64_add_test: EXIT_STATUS is '${arg_EXIT_STATUS}', which is no number")
    endif()
    foreach(file EXPECTED_OUTPUT INPUT)
        if(arg_${file})
            get_filename_component(arg_${file} "${arg_${file}}" ABSOLUTE)
            if(NOT EXISTS "${arg_${file}}")
                message(FATAL_ERROR " a64_add_test: ${file} is ${arg_${file}}, but there is no such file")
            endif()
        endif()
    endforeach()

    # Words are quoted one by one: a list would lose empty ones and split at semicolons.
    set(before ${A64kit_EMULATOR})
    if(before)
        list(APPEND before ${arg_EMULATOR_ARGS})
        if(arg_CPU)
            list(APPEND before -cpu "${arg_CPU}")
        endif()
    endif()
    if(arg_EXPECTED_OUTPUT OR arg_INPUT OR arg_EXIT_STATUS)
        list(PREPEND before "${CMAKE_COMMAND}" "-DEXPECTED_OUTPUT=${arg_EXPECTED_OUTPUT}" "-DINPUT=${arg_INPUT}"
            "-DEXIT_STATUS=${arg_EXIT_STATUS}" -P "${_A64KIT_CMAKE}/run-test.cmake" --)
    endif()
    set(words "")
    foreach(word IN LISTS before)
        string(APPEND words " [==[${word}]==]")
    endforeach()
    set(first TRUE)
    foreach(word IN LISTS arg_COMMAND)
        if(first AND TARGET "${word}")
            set(word "$<TARGET_FILE:${word}>")
        endif()
        set(first FALSE)
        string(REPLACE "\\;" ";" word "${word}")
        string(APPEND words " [==[${word}]==]")
    endforeach()
    if(arg_WORKING_DIRECTORY)
        string(APPEND words " WORKING_DIRECTORY [==[${arg_WORKING_DIRECTORY}]==]")
    endif()
    cmake_language(EVAL CODE "add_test(NAME [==[${arg_NAME}]==] COMMAND ${words})")
    foreach(property ENVIRONMENT LABELS TIMEOUT)
        if(arg_${property})
            set_property(TEST "${arg_NAME}" PROPERTY ${property} "${arg_${property}}")
        endif()
    endforeach()
endfunction()

# a64_add_generator(TARGET program OUTPUT file... [ARGS arg...] [DEPENDS file...] [WORKING_DIRECTORY folder]
#                   [STDOUT])
#
# Files that a program of the target makes while the project is built; the program is built first and
# made anew with its sources. With STDOUT, the one OUTPUT is what it prints.
function(a64_add_generator)
    cmake_parse_arguments(PARSE_ARGV 0 arg "STDOUT" "TARGET;WORKING_DIRECTORY" "OUTPUT;ARGS;DEPENDS")
    _a64kit_check(a64_add_generator "${arg_UNPARSED_ARGUMENTS}" "${arg_KEYWORDS_MISSING_VALUES}")
    if(NOT TARGET "${arg_TARGET}")
        message(FATAL_ERROR " a64_add_generator: TARGET is '${arg_TARGET}', which is no target that add_executable made")
    endif()
    list(LENGTH arg_OUTPUT outputs)
    if(outputs EQUAL 0)
        message(FATAL_ERROR " a64_add_generator: OUTPUT is missing")
    endif()
    if(NOT arg_WORKING_DIRECTORY)
        set(arg_WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
    endif()
    set(command ${A64kit_EMULATOR} "$<TARGET_FILE:${arg_TARGET}>" ${arg_ARGS})
    if(arg_STDOUT)
        if(NOT outputs EQUAL 1)
            message(FATAL_ERROR " a64_add_generator: STDOUT goes with one OUTPUT, not ${outputs}")
        endif()
        get_filename_component(output "${arg_OUTPUT}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
        set(command "${CMAKE_COMMAND}" "-DOUTPUT=${output}" -P "${_A64KIT_CMAKE}/run-test.cmake" -- ${command})
    endif()
    add_custom_command(OUTPUT ${arg_OUTPUT} COMMAND ${command} DEPENDS ${arg_TARGET} ${arg_DEPENDS}
        WORKING_DIRECTORY "${arg_WORKING_DIRECTORY}" COMMENT "Running ${arg_TARGET}" VERBATIM)
endfunction()

# Features a64_require_cpu knows: name, the macro by which the compiler says that it uses them (Arm C
# Language Extensions; "-" where there is none), the word and bit of the kernel's AT_HWCAP or AT_HWCAP2.
set(_A64KIT_FEATURES
    "aes|__ARM_FEATURE_AES|HWCAP|3" "sha2|__ARM_FEATURE_SHA2|HWCAP|6" "crc|__ARM_FEATURE_CRC32|HWCAP|7"
    "lse|__ARM_FEATURE_ATOMICS|HWCAP|8" "fp16|__ARM_FEATURE_FP16_VECTOR_ARITHMETIC|HWCAP|10"
    "rdm|__ARM_FEATURE_QRDMX|HWCAP|12" "jscvt|__ARM_FEATURE_JCVT|HWCAP|13" "fcma|__ARM_FEATURE_COMPLEX|HWCAP|14"
    "rcpc|-|HWCAP|15" "sha3|__ARM_FEATURE_SHA3|HWCAP|17" "sm4|__ARM_FEATURE_SM4|HWCAP|19"
    "dotprod|__ARM_FEATURE_DOTPROD|HWCAP|20" "sve|__ARM_FEATURE_SVE|HWCAP|22"
    "fp16fml|__ARM_FEATURE_FP16_FML|HWCAP|23" "pauth|-|HWCAP|30" "sve2|__ARM_FEATURE_SVE2|HWCAP2|1"
    "frintts|__ARM_FEATURE_FRINT|HWCAP2|8" "i8mm|__ARM_FEATURE_MATMUL_INT8|HWCAP2|13"
    "bf16|__ARM_FEATURE_BF16|HWCAP2|14" "rng|__ARM_FEATURE_RNG|HWCAP2|16" "bti|-|HWCAP2|17"
    "memtag|__ARM_FEATURE_MEMORY_TAGGING|HWCAP2|18" "mops|-|HWCAP2|43")

# a64_require_cpu(feature... [RESULT variable])
#
# The project needs these features of the processor: the compiler was told that it may use them
# (AARCH64_CPU, -mcpu, -march), and the processor that the tests run on has them. What is missing stops
# the configure run with one line, or makes `variable` false.
function(a64_require_cpu)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "RESULT" "")
    if("${arg_UNPARSED_ARGUMENTS}" STREQUAL "")
        message(FATAL_ERROR " a64_require_cpu: name at least one feature")
    endif()
    set(lacking "")
    foreach(feature IN LISTS arg_UNPARSED_ARGUMENTS)
        set(row "${_A64KIT_FEATURES}")
        list(FILTER row INCLUDE REGEX "^${feature}[|]")
        if(NOT row)
            string(REGEX REPLACE "[|][^;]*" "" names "${_A64KIT_FEATURES}")
            string(REPLACE ";" " " names "${names}")
            message(FATAL_ERROR " a64_require_cpu: no feature is called '${feature}'; there are ${names}")
        endif()
        string(REPLACE "|" ";" row "${row}")
        list(GET row 1 macro)
        list(GET row 2 word)
        list(GET row 3 bit)
        _a64kit_has_feature("${feature}" "${macro}" "${word}" "${bit}" who)
        if(who)
            list(APPEND lacking "${feature} (${who})")
        endif()
    endforeach()
    if(arg_RESULT)
        set(has TRUE)
        if(lacking)
            set(has FALSE)
        endif()
        set(${arg_RESULT} ${has} PARENT_SCOPE)
    elseif(lacking)
        string(REPLACE ";" ", " lacking "${lacking}")
        message(FATAL_ERROR " a64_require_cpu: the processor lacks ${lacking}; AARCH64_CPU is '${AARCH64_CPU}', "
            "set it to one that has them, for example -DAARCH64_CPU=neoverse-v1")
    endif()
endfunction()

# Sets `result` to who lacks the feature: empty, "not used by the compiler", or "not in the emulator".
function(_a64kit_has_feature feature macro word bit result)
    set(key "_A64KIT_HAS_${feature}")
    set(circumstances "${AARCH64_CPU}|${CMAKE_C_FLAGS}|${CMAKE_CXX_FLAGS}|${A64kit_EMULATOR}")
    if(NOT "${${key}_IN}" STREQUAL "${circumstances}")
        set(suffix c)
        if(NOT CMAKE_C_COMPILER)
            set(suffix cpp)
        endif()
        set(source "${CMAKE_BINARY_DIR}/CMakeFiles/a64kit-${feature}.${suffix}")
        set(wanted "")
        if(NOT macro STREQUAL "-")
            set(wanted "#ifndef ${macro}\n#error the compiler was not told of ${feature}\n#endif\n")
        endif()
        file(WRITE "${source}" "#include <sys/auxv.h>\n${wanted}"
            "int main(void)\n{\n    return !(getauxval(AT_${word}) >> ${bit} & 1);\n}\n")
        unset(_a64kit_run CACHE)
        unset(_a64kit_compiled CACHE)
        try_run(_a64kit_run _a64kit_compiled "${CMAKE_BINARY_DIR}/CMakeFiles/a64kit-${feature}" "${source}")
        set(who "")
        if(NOT _a64kit_compiled)
            set(who "not used by the compiler")
        elseif(NOT _a64kit_run EQUAL 0)
            set(who "not in the emulator")
        endif()
        unset(_a64kit_run CACHE)
        unset(_a64kit_compiled CACHE)
        set(${key} "${who}" CACHE INTERNAL "")
        set(${key}_IN "${circumstances}" CACHE INTERNAL "")
    endif()
    set(${result} "${${key}}" PARENT_SCOPE)
endfunction()
