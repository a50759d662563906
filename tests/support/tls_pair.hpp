#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "net/stream.hpp"
#include "net/tls_client.hpp"
#include "net/tls_server.hpp"

namespace quoth::support {

/// Two ends of a connection in one thread; each socket holds little, so that both have to wait.
class StreamPair {
 public:
  /// `buffer_octets`: how much the kernel may hold in each direction, about; 0: its default.
  explicit StreamPair(int buffer_octets = 0);

  /// Makes both sides of a handshake. @returns what came of it at each.
  struct Outcome {
    Result<void> server;
    Result<void> client;
  };
  Outcome shake_hands(net::TlsServer& tls_server, net::TlsClient& tls_client,
                      const std::string& server_name = "mx.example.org");
  /// Sends from one end and reads at the other until all is there, or something fails.
  /// @returns what came.
  std::string send(net::Stream& from, net::Stream& to, std::string_view octets);
  /// What comes next at `end`; the error in words if none does.
  std::string read(net::Stream& end);
  /// Runs what waits until nothing can go on.
  void run();

  [[nodiscard]] net::Stream& server() noexcept { return *server_; }
  [[nodiscard]] net::Stream& client() noexcept { return *client_; }
  [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
  [[nodiscard]] int server_fd() const noexcept { return fds_[0]; }
  [[nodiscard]] int client_fd() const noexcept { return fds_[1]; }
  /// Ends the connection of that end at once, without a word of TLS.
  void drop_client() noexcept { client_.reset(); }
  void drop_server() noexcept { server_.reset(); }

 private:
  boost::asio::io_context io_{1};
  std::array<int, 2> fds_{-1, -1};
  std::unique_ptr<net::Stream> server_;
  std::unique_ptr<net::Stream> client_;
};

}  // namespace quoth::support
