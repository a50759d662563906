# One target a folder of src/, then the one library made of them, plugins and examples.

# What quoth::version() says.
set_source_files_properties(
  ${PROJECT_SOURCE_DIR}/src/core/version.cpp PROPERTIES COMPILE_DEFINITIONS
                                                        QUOTH_VERSION="${PROJECT_VERSION}")

# Where includes start: <quoth/server.hpp> in include/, "smtp/framing.hpp" in src/.
add_library(quoth_roots INTERFACE)
target_include_directories(quoth_roots INTERFACE ${PROJECT_SOURCE_DIR}/include
                                                 ${PROJECT_SOURCE_DIR}/src)
target_compile_features(quoth_roots INTERFACE cxx_std_20)
target_compile_definitions(quoth_roots INTERFACE ${QUOTH_ASIO_DEFINITIONS})

# quoth_layer(<name> [ASIO] [DEPENDS <layer>...] [LIBRARIES <private library>...])
#
# Makes quoth_<name> of src/<name>/**.cpp. A folder without sources gives an interface target. A
# layer can only depend on those above it in the root CMakeLists.txt, so there are no cycles.
function(quoth_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "ASIO" "" "DEPENDS;LIBRARIES")
  list(TRANSFORM layer_DEPENDS PREPEND quoth_ OUTPUT_VARIABLE depends)
  foreach(depend IN LISTS depends)
    if(NOT TARGET ${depend})
      message(FATAL_ERROR "Layer ${name} depends on ${depend}, which does not come before it.")
    endif()
  endforeach()
  if(layer_ASIO)
    list(APPEND depends quoth_asio)
  endif()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(QUOTH_LAYERS AND NOT name IN_LIST QUOTH_LAYERS)
    set(sources)
  endif()
  if(NOT sources)
    add_library(quoth_${name} INTERFACE)
    target_link_libraries(quoth_${name} INTERFACE quoth_roots ${depends})
    return()
  endif()
  add_library(quoth_${name} OBJECT ${sources})
  target_link_libraries(
    quoth_${name}
    PUBLIC quoth_roots Boost::headers ${depends}
    PRIVATE quoth_warnings ${layer_LIBRARIES})
  if(BUILD_SHARED_LIBS)
    set_target_properties(quoth_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  set_property(GLOBAL APPEND PROPERTY QUOTH_LAYERS_WITH_OBJECTS quoth_${name})
endfunction()

# quoth::quoth, what users link: the objects of all layers in one file, with the public headers.
function(quoth_library)
  get_property(layers GLOBAL PROPERTY QUOTH_LAYERS_WITH_OBJECTS)
  add_library(libquoth)
  add_library(quoth::quoth ALIAS libquoth)
  foreach(layer IN LISTS layers)
    target_sources(libquoth PRIVATE $<TARGET_OBJECTS:${layer}>)
  endforeach()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/quoth/*.hpp)
  target_sources(libquoth PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include
                                                FILES ${headers})
  target_compile_features(libquoth PUBLIC cxx_std_20)
  target_compile_definitions(libquoth PUBLIC ${QUOTH_ASIO_DEFINITIONS})
  target_link_libraries(libquoth PUBLIC Boost::headers Threads::Threads PRIVATE fmt::fmt
                                                                     Idn2::Idn2
                                                                     Idn::Idn
                                                                     OpenSSL::SSL)
  set_target_properties(
    libquoth
    PROPERTIES OUTPUT_NAME quoth
               EXPORT_NAME quoth
               LINKER_LANGUAGE CXX
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

  # The same with src/ in sight: for the program, tests, fuzz targets and benchmarks.
  add_library(quoth_internal INTERFACE)
  target_link_libraries(quoth_internal INTERFACE quoth::quoth quoth_roots fmt::fmt)
endfunction()

# quoth_archive(<name> [LIBRARIES <private library>...])
#
# Makes quoth::<name> of a layer that is no part of libquoth; program, tests and fuzz targets link it.
function(quoth_archive name)
  cmake_parse_arguments(PARSE_ARGV 1 archive "" "" "LIBRARIES")
  get_target_property(type quoth_${name} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  add_library(quoth_${name}_archive STATIC $<TARGET_OBJECTS:quoth_${name}>)
  add_library(quoth::${name} ALIAS quoth_${name}_archive)
  set_target_properties(quoth_${name}_archive PROPERTIES LINKER_LANGUAGE CXX
                                                         EXPORT_NAME ${name}
                                                         OUTPUT_NAME quoth-${name})
  target_link_libraries(quoth_${name}_archive PUBLIC quoth::quoth PRIVATE fmt::fmt
                                                                        ${archive_LIBRARIES})
  target_link_libraries(quoth_internal INTERFACE quoth_${name}_archive)
endfunction()

# plugins/<name>/*.cpp become quoth_plugin_<name>, which sees the public headers and plugins/shared
# alone. Others include "plugins/<name>/<header>.hpp" and link quoth_plugins.
function(quoth_plugins)
  add_library(quoth_plugins INTERFACE)
  target_include_directories(quoth_plugins INTERFACE ${PROJECT_SOURCE_DIR})
  if(QUOTH_LAYERS)
    return()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/plugins
       ${PROJECT_SOURCE_DIR}/plugins/*.cpp)
  foreach(source IN LISTS sources)
    string(REGEX REPLACE "/.*" "" name ${source})
    if(NOT TARGET quoth_plugin_${name})
      add_library(quoth_plugin_${name} STATIC EXCLUDE_FROM_ALL)
      target_include_directories(quoth_plugin_${name} PUBLIC ${PROJECT_SOURCE_DIR})
      target_link_libraries(quoth_plugin_${name} PUBLIC quoth::quoth PRIVATE quoth_warnings)
      target_link_libraries(quoth_plugins INTERFACE quoth_plugin_${name})
    endif()
    target_sources(quoth_plugin_${name} PRIVATE ${PROJECT_SOURCE_DIR}/plugins/${source})
    if(NOT name STREQUAL "shared")
      target_link_libraries(quoth_plugin_${name} PUBLIC quoth_plugin_shared)
    endif()
  endforeach()
endfunction()

# examples/<name>.cpp become example_<name>, each as a user would build it: build/.../examples/<name>.
function(quoth_examples)
  if(QUOTH_LAYERS)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/examples/*.cpp)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    add_executable(example_${name} ${source})
    target_link_libraries(example_${name} PRIVATE quoth::quoth quoth_warnings)
    set_target_properties(example_${name} PROPERTIES OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY
                                                     ${PROJECT_BINARY_DIR}/examples)
  endforeach()
endfunction()
