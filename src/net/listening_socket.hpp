#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>

#include <quoth/result.hpp>

#include "net/address.hpp"

namespace quoth::net {

/// A file descriptor with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_{fd} {}
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  void close() noexcept;
  /// Gives the descriptor to a new owner.
  int release() noexcept;

 private:
  int fd_ = -1;
};

/// A socket that listens. Of a Unix socket's file, the owner is who closes it last.
class ListeningSocket {
 public:
  /// Binds and listens.
  /// @param unix_mode the permissions of a Unix socket's file. One that nobody listens on any more
  /// is replaced.
  [[nodiscard]] static Result<ListeningSocket> open(const Address& address, unsigned unix_mode);

  /// A duplicate of a socket that somebody else has bound and listens on: `fd` stays his.
  /// invalid_argument: it is something else, or no stream.
  [[nodiscard]] static Result<ListeningSocket> adopt(int fd);

  /// Another socket on the same address, so that the kernel shares connections out between the two;
  /// on a Unix socket, where it does not, and on one of somebody else, a duplicate of this one.
  [[nodiscard]] Result<ListeningSocket> share() const;

  /// A connection that is waiting; none if there is none. The socket does not block.
  [[nodiscard]] Result<std::optional<Descriptor>> accept(
      boost::asio::generic::stream_protocol::endpoint& peer) const;

  /// What it is bound to: with the real port, if 0 was asked for.
  [[nodiscard]] const boost::asio::generic::stream_protocol::endpoint& bound() const noexcept {
    return bound_;
  }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  void close() noexcept { fd_.close(); }

 private:
  enum class Share : std::uint8_t { first, another };
  [[nodiscard]] Result<void> bind(const boost::asio::generic::stream_protocol::endpoint& endpoint,
                                  Share share);

  Descriptor fd_;
  boost::asio::generic::stream_protocol::endpoint bound_;
  bool is_unix_ = false;
  bool is_v6_only_ = false;
  bool is_adopted_ = false;
};

}  // namespace quoth::net
