# The libraries that the library itself needs. Those of the program and of the tests are found
# where they are used, so that whoever embeds Quoth needs none of them.
find_package(Boost 1.81 CONFIG QUIET)
if(NOT Boost_FOUND)
  message(
    FATAL_ERROR
      "Boost 1.81 or newer was not found. On Debian 12 install libboost1.81-dev by that name: "
      "the default libboost-dev is 1.74, too old, and the two cannot be installed together.")
endif()
find_package(fmt 9 REQUIRED)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_package(Idn2 2.3 REQUIRED)
find_package(Idn 1.33 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Crypt REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# Asio, compiled once, in src/net/asio.cpp. Every file that sees an Asio header must agree on it, and
# on how many frames of coroutines a thread keeps for the next ones: as many as a session nests.
set(QUOTH_ASIO_DEFINITIONS BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                           BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)
add_library(quoth_asio INTERFACE)
target_compile_definitions(quoth_asio INTERFACE ${QUOTH_ASIO_DEFINITIONS})
target_link_libraries(quoth_asio INTERFACE Boost::headers Threads::Threads)
