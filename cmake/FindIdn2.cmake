# libidn2, which brings no package file of its own: Idn2::Idn2. Installed beside QuothConfig.cmake,
# since a static libquoth hands the library on.
find_path(IDN2_INCLUDE_DIR idn2.h)
find_library(IDN2_LIBRARY idn2)
mark_as_advanced(IDN2_INCLUDE_DIR IDN2_LIBRARY)
if(IDN2_INCLUDE_DIR)
  file(STRINGS ${IDN2_INCLUDE_DIR}/idn2.h idn2_version REGEX "define IDN2_VERSION \"")
  string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" Idn2_VERSION "${idn2_version}")
  unset(idn2_version)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Idn2
  REQUIRED_VARS IDN2_LIBRARY IDN2_INCLUDE_DIR
  VERSION_VAR Idn2_VERSION)
if(Idn2_FOUND AND NOT TARGET Idn2::Idn2)
  add_library(Idn2::Idn2 UNKNOWN IMPORTED)
  set_target_properties(Idn2::Idn2 PROPERTIES IMPORTED_LOCATION ${IDN2_LIBRARY}
                                              INTERFACE_INCLUDE_DIRECTORIES ${IDN2_INCLUDE_DIR})
endif()
