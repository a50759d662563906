# Before project(): the compiler that the presets would like, if it is there under that name.
# Without it, and for everybody who embeds Quoth or chose a compiler, CMake's own choice stands.
if(QUOTH_PREFERRED_COMPILER AND NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
  find_program(QUOTH_FOUND_COMPILER NAMES ${QUOTH_PREFERRED_COMPILER})
  mark_as_advanced(QUOTH_FOUND_COMPILER)
  if(QUOTH_FOUND_COMPILER)
    set(CMAKE_CXX_COMPILER ${QUOTH_FOUND_COMPILER} CACHE FILEPATH "C++ compiler")
  endif()
endif()
