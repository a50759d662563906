# What every target of ours is compiled with: the language, warnings, ccache, output folders.
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
  endif()
  if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(QUOTH_CCACHE ccache)
    mark_as_advanced(QUOTH_CCACHE)
    if(QUOTH_CCACHE)
      set(CMAKE_CXX_COMPILER_LAUNCHER ${QUOTH_CCACHE})
    endif()
  endif()
endif()

set(QUOTH_BIN_DIR ${PROJECT_BINARY_DIR}/bin)

# Linked PRIVATE by every target of ours; never reaches a user of the library.
add_library(quoth_warnings INTERFACE)
if(PROJECT_IS_TOP_LEVEL OR QUOTH_DEVELOPER)
  target_compile_options(
    quoth_warnings
    INTERFACE -Wall
              -Wextra
              -Wpedantic
              -Wconversion
              -Wsign-conversion
              -Wshadow
              -Wnon-virtual-dtor
              -Wold-style-cast
              -Woverloaded-virtual
              $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
              $<$<BOOL:${QUOTH_DEVELOPER}>:-Werror>)
endif()

if(QUOTH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "QUOTH_FUZZ needs clang: -DCMAKE_CXX_COMPILER=clang++-19")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
