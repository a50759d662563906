# tests/<folder>/**_test.cpp become one GoogleTest program <folder>_test; its tests are named
# <folder>.<Suite>.<Test> and labelled <folder>. tests/support is a library that all of them link.
# tests/<folder>/CMakeLists.txt, where there is one, adds what is not GoogleTest.
include(GoogleTest)
find_package(GTest 1.12 REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

set(QUOTH_TESTS_DIR ${PROJECT_SOURCE_DIR}/tests)
set(QUOTH_TEST_TIMEOUT 300)

file(GLOB_RECURSE support_sources CONFIGURE_DEPENDS ${QUOTH_TESTS_DIR}/support/*.cpp)
add_library(quoth_test_usage INTERFACE)
target_include_directories(quoth_test_usage INTERFACE ${QUOTH_TESTS_DIR})
target_compile_definitions(
  quoth_test_usage INTERFACE QUOTH_TEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             QUOTH_TEST_PROGRAM="${QUOTH_BIN_DIR}/quoth")
target_link_libraries(quoth_test_usage INTERFACE quoth_internal quoth_plugins GTest::gmock
                                                 GTest::gtest)
set(support quoth_test_usage)
if(support_sources)
  add_library(quoth_test_support STATIC ${support_sources})
  target_link_libraries(quoth_test_support PUBLIC quoth_test_usage PRIVATE quoth_warnings)
  set(support quoth_test_support)
endif()

# The folders whose tests run under ThreadSanitizer; `quoth_threaded_tests` builds just these.
set(QUOTH_THREADED_TESTS net event spool session delivery server bench apps)
add_custom_target(quoth_threaded_tests)

# quoth_command_test(<name> [FOLDER <label>] COMMAND <command> [<argument>...])
#
# A test that is no GoogleTest: a script, a program. It runs at the root of the checkout, with
# QUOTH_PROGRAM (the program under test), QUOTH_SOURCE_DIR and QUOTH_BUILD_DIR in its environment.
function(quoth_command_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "FOLDER" "COMMAND")
  add_test(NAME ${name} COMMAND ${test_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(
    ${name}
    PROPERTIES TIMEOUT ${QUOTH_TEST_TIMEOUT} ENVIRONMENT
               "QUOTH_PROGRAM=${QUOTH_BIN_DIR}/quoth;QUOTH_SOURCE_DIR=${PROJECT_SOURCE_DIR};QUOTH_BUILD_DIR=${PROJECT_BINARY_DIR};PYTHONDONTWRITEBYTECODE=1")
  if(test_FOLDER)
    set_tests_properties(${name} PROPERTIES LABELS ${test_FOLDER})
  endif()
endfunction()

file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS RELATIVE ${QUOTH_TESTS_DIR}
     ${QUOTH_TESTS_DIR}/*_test.cpp)
foreach(source IN LISTS test_sources)
  string(REGEX REPLACE "/.*" "" folder ${source})
  if(folder STREQUAL "support" OR (QUOTH_LAYERS AND NOT folder IN_LIST QUOTH_LAYERS))
    continue()
  endif()
  if(NOT TARGET ${folder}_test)
    add_executable(${folder}_test)
    target_link_libraries(${folder}_test PRIVATE ${support} GTest::gtest_main quoth_warnings)
    set_target_properties(${folder}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                    ${PROJECT_BINARY_DIR}/tests)
    if(folder STREQUAL "apps" AND TARGET quoth_program_parts)
      target_link_libraries(${folder}_test PRIVATE quoth_program_parts)
    endif()
    gtest_discover_tests(
      ${folder}_test
      DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60
      TEST_PREFIX ${folder}.
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      PROPERTIES LABELS ${folder} TIMEOUT ${QUOTH_TEST_TIMEOUT})
    if(folder IN_LIST QUOTH_THREADED_TESTS)
      add_dependencies(quoth_threaded_tests ${folder}_test)
    endif()
  endif()
  target_sources(${folder}_test PRIVATE ${QUOTH_TESTS_DIR}/${source})
endforeach()

file(GLOB test_lists CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     ${QUOTH_TESTS_DIR}/*/CMakeLists.txt)
foreach(list IN LISTS test_lists)
  cmake_path(GET list PARENT_PATH folder)
  if(NOT QUOTH_LAYERS)
    add_subdirectory(${folder})
  endif()
endforeach()
