#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <quoth/awaitable.hpp>
#include <quoth/result.hpp>
#include <quoth/tls.hpp>

namespace quoth::net {

class TlsClient;
class TlsServer;
class TlsSession;

using Executor = boost::asio::io_context::executor_type;

/// A connected socket, TCP or Unix.
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

/// What ties an authentication to the TLS connection that it runs over. The same at both ends,
/// unless somebody is between them.
struct TlsBindings {
  std::optional<std::string> exporter{};          ///< tls-exporter (RFC 9266), 32 octets.
  std::optional<std::string> server_end_point{};  ///< tls-server-end-point (RFC 5929 §4).
};

/// Octets to and from one peer, in the clear or, from a handshake on, over TLS. What waits ends
/// early with operation_aborted after cancel(), and by that alone. Its executor's thread only; one
/// read and one write at a time. It holds no input of its own, so that nothing said in the clear is
/// taken for something said over TLS (RFC 3207 §4.2). Errors of TLS are in categories of their own,
/// which say in words what was wrong.
class Stream {
 public:
  explicit Stream(Socket socket) noexcept;
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&&) = delete;
  ~Stream();

  /// Makes the server's side of a TLS handshake. Nothing may wait on the stream, and it is in the
  /// clear. After an error the stream is good for close() alone. The caller sees to the limit of
  /// handshakes: see HandshakePlace. asio::error::eof: the client left in the middle.
  [[nodiscard]] Awaitable<Result<void>> accept_tls(TlsServer& server);

  /// The client's side. `server_name` is what is asked for, and what the certificate has to be for.
  [[nodiscard]] Awaitable<Result<void>> connect_tls(TlsClient& client, std::string server_name);

  /// What the handshake agreed on; nullptr in the clear. Lives as long as the stream.
  [[nodiscard]] const TlsFacts* tls() const noexcept;

  /// None in the clear.
  [[nodiscard]] TlsBindings channel_bindings() const;

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
  /// What `gone` refers to must live until then; the stream must not move meanwhile.
  void watch_for_end(std::function<void()> gone);

  /// Ends all that waits.
  void cancel() noexcept;

  /// Ends the connection in good order, with close_notify if the socket takes it: the peer reads
  /// all that was written. Input that the peer
  /// sent meanwhile is thrown away, lest the kernel answers it with a reset that eats our last
  /// reply.
  void close() noexcept;

  [[nodiscard]] Executor executor() noexcept { return socket_.get_executor(); }

 private:
  Awaitable<Result<std::size_t>> read_clear(std::span<char> buffer);
  Awaitable<Result<std::size_t>> read_tls(std::span<char> buffer);
  Awaitable<Result<void>> clear_readable();
  Awaitable<Result<void>> tls_readable();
  Awaitable<Result<void>> write_clear(std::string_view octets);
  Awaitable<Result<void>> write_tls(std::string_view octets);
  bool has_tls_input() noexcept;
  Result<std::size_t> try_write_tls(std::string_view octets) noexcept;
  Awaitable<Result<void>> shake_hands();
  void watch_tls(std::weak_ptr<std::function<void()>> gone);

  Socket socket_;
  std::unique_ptr<TlsSession> tls_;  // empty in the clear
};

}  // namespace quoth::net
