# quoth_blackbox_test(<name> <script> [TIMEOUT <seconds>] [LABEL <label>])
#
# A Python script that drives the program quoth from outside, labelled blackbox, or as it is said.
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
set(QUOTH_PEERS_DIR ${PROJECT_BINARY_DIR}/peers CACHE PATH "Unpacked peers of the interop tests")
set(QUOTH_BLACKBOX_DIR ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "")

function(quoth_blackbox_test name script)
  cmake_parse_arguments(PARSE_ARGV 2 test "" "TIMEOUT;LABEL" "")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()
  if(NOT test_LABEL)
    set(test_LABEL blackbox)
  endif()
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/${script})
  set_tests_properties(
    ${name}
    PROPERTIES LABELS ${test_LABEL} TIMEOUT ${test_TIMEOUT} ENVIRONMENT
               "QUOTH_BINARY=$<TARGET_FILE:quoth>;QUOTH_PEERS_DIR=${QUOTH_PEERS_DIR};PYTHONPATH=${QUOTH_BLACKBOX_DIR};PYTHONDONTWRITEBYTECODE=1")
endfunction()
