# libxcrypt's crypt(3), for password hashes: Crypt::Crypt.
find_path(CRYPT_INCLUDE_DIR crypt.h)
find_library(CRYPT_LIBRARY crypt)
mark_as_advanced(CRYPT_INCLUDE_DIR CRYPT_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Crypt REQUIRED_VARS CRYPT_LIBRARY CRYPT_INCLUDE_DIR)
if(Crypt_FOUND AND NOT TARGET Crypt::Crypt)
  add_library(Crypt::Crypt UNKNOWN IMPORTED)
  set_target_properties(Crypt::Crypt PROPERTIES IMPORTED_LOCATION ${CRYPT_LIBRARY}
                                                INTERFACE_INCLUDE_DIRECTORIES ${CRYPT_INCLUDE_DIR})
endif()
