#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <quoth/awaitable.hpp>
#include <quoth/result.hpp>

namespace quoth::net {

using Executor = boost::asio::io_context::executor_type;

/// A connected socket, TCP or Unix.
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

/// Octets to and from one peer. What waits ends early with operation_aborted after cancel(). Its
/// executor's thread only; one read and one write at a time.
class Stream {
 public:
  explicit Stream(Socket socket) noexcept : socket_{std::move(socket)} {}

  /// Waits for octets. asio::error::eof: the peer will send no more.
  [[nodiscard]] Awaitable<Result<std::size_t>> read_some(std::span<char> buffer);

  /// Waits until read_some() would not wait: for long silences, since it needs no buffer.
  [[nodiscard]] Awaitable<Result<void>> readable();

  /// Whether octets are there to be read now.
  [[nodiscard]] bool has_input() noexcept;

  /// Writes what the kernel takes at once, which may be nothing.
  [[nodiscard]] Result<std::size_t> try_write(std::string_view octets) noexcept;

  /// Writes all of it, however long the peer takes.
  [[nodiscard]] Awaitable<Result<void>> write(std::string_view octets);

  /// Calls `gone` once if the peer ends the connection before it sends more; never after cancel().
  /// What `gone` refers to must live until then.
  void watch_for_end(std::function<void()> gone);

  /// Ends all that waits.
  void cancel() noexcept;

  /// Ends the connection in good order: the peer reads all that was written. Input that the peer
  /// sent meanwhile is thrown away, lest the kernel answers it with a reset that eats our last
  /// reply.
  void close() noexcept;

  [[nodiscard]] Executor executor() noexcept { return socket_.get_executor(); }

 private:
  Socket socket_;
};

}  // namespace quoth::net
