# libidn, for SASLprep, which libidn2 lacks; it brings no package file of its own: Idn::Idn.
# Installed beside QuothConfig.cmake, since a static libquoth hands the library on.
find_path(IDN_INCLUDE_DIR stringprep.h)
find_library(IDN_LIBRARY idn)
mark_as_advanced(IDN_INCLUDE_DIR IDN_LIBRARY)
if(IDN_INCLUDE_DIR)
  file(STRINGS ${IDN_INCLUDE_DIR}/stringprep.h idn_version REGEX "define STRINGPREP_VERSION \"")
  string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" Idn_VERSION "${idn_version}")
  unset(idn_version)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  Idn
  REQUIRED_VARS IDN_LIBRARY IDN_INCLUDE_DIR
  VERSION_VAR Idn_VERSION)
if(Idn_FOUND AND NOT TARGET Idn::Idn)
  add_library(Idn::Idn UNKNOWN IMPORTED)
  set_target_properties(Idn::Idn PROPERTIES IMPORTED_LOCATION ${IDN_LIBRARY}
                                            INTERFACE_INCLUDE_DIRECTORIES ${IDN_INCLUDE_DIR})
endif()
