#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <quoth/awaitable.hpp>
#include <quoth/result.hpp>

#include "net/stream.hpp"
#include "net/tls_client.hpp"
#include "net/tls_server.hpp"

namespace quoth::support {

/// How octets get from one end of a StreamPair to the other.
enum class Way : std::uint8_t {
  straight,
  narrow,   ///< The kernel holds little, so that whoever writes has to wait.
  dripping  ///< One by one.
};

/// Two ends of a connection in one thread.
class StreamPair {
 public:
  explicit StreamPair(Way way = Way::straight);

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
  /// Begins `coroutine`; its outcome goes to `result` once it ends.
  template <class T>
  void start(Awaitable<Result<T>> coroutine, std::optional<Result<T>>& result) {
    boost::asio::co_spawn(io_, std::move(coroutine),
                          [&result](const std::exception_ptr& failure, Result<T> value) {
                            if (failure) std::rethrow_exception(failure);
                            result = std::move(value);
                          });
  }
  /// Goes on until all that is under way waits for something that does not come.
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
  std::array<std::unique_ptr<net::Stream>, 2> relays_;
  std::unique_ptr<net::Stream> server_;
  std::unique_ptr<net::Stream> client_;
};

}  // namespace quoth::support
