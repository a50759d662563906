#pragma once

#include <cstddef>

#include "net/tls_openssl.hpp"

namespace quoth::net {

/// The socket as OpenSSL sees it. Its own BIO_s_socket writes by write(2), and a peer that is gone
/// would kill the process with SIGPIPE, whose disposition is not the library's to change.
struct TlsWire {
  int fd = -1;             ///< -1: closed.
  int error = 0;           ///< The errno of the last call that failed, besides EAGAIN.
  bool has_ended = false;  ///< The peer's last octet has been read.
  /// The last read took all there was: the next one says so without asking the kernel. Cleared
  /// by whoever hears of it, and then waits for the socket or asks it.
  bool is_drained = false;
  /// Reads since they were last set to 0; after `max_reads` the wire passes for drained, so that a
  /// flood of records without text holds the thread for that long and no longer.
  unsigned reads = 0;
  static constexpr unsigned max_reads = 2;
};

/// Makes a BIO over `wire`, which must outlive it. Never blocks. nullptr: short of memory.
[[nodiscard]] BioPtr make_tls_bio(TlsWire& wire) noexcept;

}  // namespace quoth::net
