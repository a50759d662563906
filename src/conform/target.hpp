#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/generic/stream_protocol.hpp>

namespace quoth::conform {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;

/// The server under test.
struct Target {
  std::string text;       ///< As it was given.
  std::string host = {};  ///< Its name or address; empty: a Unix socket.
  /// In the order to try; the host's IPv4 addresses stand first.
  std::vector<Endpoint> endpoints = {};

  /// Reads "host:port", "192.0.2.1:25", "[::1]:25" or "unix:/path", and resolves the host, which
  /// blocks.
  /// @throws std::invalid_argument: that is none of them.
  /// @throws std::runtime_error: the name cannot be resolved.
  [[nodiscard]] static Target resolve(std::string_view text);
};

}  // namespace quoth::conform
