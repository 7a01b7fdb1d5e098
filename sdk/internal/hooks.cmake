# SPDX-License-Identifier: MIT
# AARCH64_HOOKS=ON: add_test and add_custom_command put the emulator in front of programs of the target where
# CMake itself does not: add_test(name target), COMMAND $<TARGET_FILE:target>. What starts a program from within,
# cmake -E env or a shell script, it does not see; `a64kit exec` is for those.
# A second project() reads this file again: a function defined twice would call itself.
include_guard(GLOBAL)
# Functions keep the policies of the place where they are written: without this it would be those of the project, which may be old.
cmake_policy(PUSH)
cmake_policy(VERSION 3.20)

# Sets `result` to the words of the emulator if `word` is a program of the target.
function(a64kit_hook_prefix word result)
    set(${result} "" PARENT_SCOPE)
    if(NOT word MATCHES "^[$]<TARGET_FILE:([^<>]+)>$")
        return()
    endif()
    set(target "${CMAKE_MATCH_1}")
    if(TARGET "${target}")
        get_target_property(type "${target}" TYPE)
        get_target_property(imported "${target}" IMPORTED)
        get_target_property(own "${target}" CROSSCOMPILING_EMULATOR)
        # Programs that the build imports are the host's.
        if(type STREQUAL "EXECUTABLE" AND NOT imported AND own)
            set(${result} "${own}" PARENT_SCOPE)
        endif()
    endif()
endfunction()

# The call is rebuilt word by word, so that empty words and semicolons stay as they are. Appends word `i` of the call
# to the variable `code`; a program is expected behind COMMAND, or as `program` of the old form of add_test.
macro(a64kit_hook_word old_form)
    set(word "${ARGV${i}}")
    if(${old_form} AND i EQUAL 0)
        string(APPEND code " NAME")
    elseif(${old_form} AND i EQUAL 1)
        string(APPEND code " COMMAND")
        if(TARGET "${word}")
            set(word "$<TARGET_FILE:${word}>")
        endif()
    endif()
    if(previous STREQUAL "COMMAND" OR (${old_form} AND i EQUAL 1))
        a64kit_hook_prefix("${word}" prefix)
        foreach(part IN LISTS prefix)
            string(APPEND code " [==[${part}]==]")
        endforeach()
    endif()
    string(APPEND code " [==[${word}]==]")
    set(previous "${word}")
endmacro()

function(add_test)
    set(old TRUE)
    if("${ARGV0}" STREQUAL "NAME")
        set(old FALSE)
    endif()
    set(code "")
    set(previous "")
    math(EXPR last "${ARGC} - 1")
    foreach(i RANGE ${last})
        a64kit_hook_word(${old})
    endforeach()
    cmake_language(EVAL CODE "_add_test(${code})")
endfunction()

function(add_custom_command)
    set(code "")
    set(previous "")
    math(EXPR last "${ARGC} - 1")
    foreach(i RANGE ${last})
        a64kit_hook_word(FALSE)
    endforeach()
    cmake_language(EVAL CODE "_add_custom_command(${code})")
endfunction()

cmake_policy(POP)
