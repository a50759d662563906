# Install rules: component `development` is the library, component `program` the program.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Quoth)

install(
  TARGETS libquoth
  EXPORT QuothTargets
  ARCHIVE COMPONENT development
  LIBRARY COMPONENT development
  FILE_SET HEADERS COMPONENT development)
if(TARGET quoth::credentials)
  install(
    TARGETS quoth_credentials_archive
    EXPORT QuothTargets
    ARCHIVE COMPONENT development)
endif()
install(
  EXPORT QuothTargets
  NAMESPACE quoth::
  DESTINATION ${package_dir}
  COMPONENT development)

configure_package_config_file(cmake/QuothConfig.cmake.in QuothConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a new minor version may break what the last one promised.
write_basic_package_version_file(QuothConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/QuothConfig.cmake ${PROJECT_BINARY_DIR}/QuothConfigVersion.cmake
        cmake/FindIdn2.cmake cmake/FindIdn.cmake cmake/FindCrypt.cmake
  DESTINATION ${package_dir}
  COMPONENT development)

# A static library hands its private libraries on to whoever links it; a shared one does not.
set(QUOTH_PC_REQUIRES "fmt, libidn2, libidn, openssl")
if(BUILD_SHARED_LIBS)
  set(QUOTH_PC_REQUIRES "")
endif()
list(TRANSFORM QUOTH_ASIO_DEFINITIONS PREPEND "-D" OUTPUT_VARIABLE QUOTH_PC_DEFINITIONS)
list(JOIN QUOTH_PC_DEFINITIONS " " QUOTH_PC_DEFINITIONS)
# The file finds its prefix from where it lies, so that an installation can be moved.
file(RELATIVE_PATH QUOTH_PC_UP /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" QUOTH_PC_UP ${QUOTH_PC_UP})
configure_file(cmake/quoth.pc.in quoth.pc @ONLY)
install(
  FILES ${PROJECT_BINARY_DIR}/quoth.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT development)

if(TARGET quoth)
  install(TARGETS quoth RUNTIME COMPONENT program)
  set(units ${PROJECT_SOURCE_DIR}/packaging/systemd)
  configure_file(${units}/quoth.service.in systemd/quoth.service @ONLY)
  install(
    FILES ${PROJECT_BINARY_DIR}/systemd/quoth.service ${units}/quoth.socket
          ${units}/quoth-submission.socket ${units}/quoth-submissions.socket
    DESTINATION lib/systemd/system
    COMPONENT program)
  install(
    FILES examples/quoth.toml
    DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
    COMPONENT program)
endif()
