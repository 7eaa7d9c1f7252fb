# SPDX-License-Identifier: MIT
# efd_module(NAME [DEPENDS lib...] [TEST_DEPENDS lib...]): one folder under src/ = one static library
# `efd_NAME` of its .cc files, and one test program NAME_test of its *_test.cc files. What lies in a folder
# testing/ is for tests, which include it; a program that wants a .cc file of it names it.

set(EFD_TEST_DIR ${CMAKE_BINARY_DIR}/tests)

function(efd_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;TEST_DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  list(FILTER sources EXCLUDE REGEX "/testing/")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)
    set(sources ${CMAKE_SOURCE_DIR}/cmake/empty.cc)
  endif()
  add_library(efd_${name} STATIC ${sources})
  target_link_libraries(efd_${name} PUBLIC ${ARG_DEPENDS})
  if(tests)
    efd_test(${name}_test SOURCES ${tests} DEPENDS efd_${name} ${ARG_TEST_DEPENDS})
  endif()
endfunction()

# efd_test(NAME SOURCES file... DEPENDS lib... [LABEL unit]): a GoogleTest program run by ctest.
function(efd_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock GTest::gtest_main rapidcheck
                                        rapidcheck_gtest)
  target_compile_definitions(${name} PRIVATE EFD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  # Of the tests themselves, not of what they test: a third less time to compile.
  target_compile_options(${name} PRIVATE -O1 -g1)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${EFD_TEST_DIR})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL})
endfunction()

# efd_kernels(NAME file...): files whose loops the compiler may vectorise in full.
function(efd_kernels name)
  set_source_files_properties(${ARGN} TARGET_DIRECTORY efd_${name} PROPERTIES COMPILE_OPTIONS -O3)
endfunction()
