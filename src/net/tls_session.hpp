#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <quoth/result.hpp>
#include <quoth/tls.hpp>

#include "net/tls_openssl.hpp"
#include "net/tls_wire.hpp"

namespace quoth::net {

class TlsContexts;
struct TlsClientState;

/// What one call did, and what it waits for.
struct TlsStep {
  enum class Wait : std::uint8_t { nothing, input, room };
  Wait wait = Wait::nothing;
  std::size_t octets = 0;
  error_code error{};  ///< asio::error::eof: the peer will send no more, with close_notify or not.
};

/// One end of a TLS connection over a socket that it does not own. Never blocks: each call says
/// what has to be waited for before it is made again. OpenSSL's error queue of the thread is empty
/// before and after.
class TlsSession {
 public:
  /// The server's end. asio::error::no_memory.
  static Result<std::unique_ptr<TlsSession>> accept(std::shared_ptr<const TlsContexts> contexts,
                                                    int fd);
  /// The client's end, to `server_name`, which may be an address. asio::error::no_memory.
  static Result<std::unique_ptr<TlsSession>> connect(std::shared_ptr<TlsClientState> client, int fd,
                                                     std::string_view server_name);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  [[nodiscard]] TlsStep handshake();
  /// At least one octet, if it waits for nothing. `buffer` is not empty.
  [[nodiscard]] TlsStep read(std::span<char> buffer) noexcept;
  /// Whether there is an octet to read; takes none.
  [[nodiscard]] TlsStep peek() noexcept;
  /// As many octets as the socket takes now. What was not taken has to come again, in front.
  [[nodiscard]] TlsStep write(std::string_view octets) noexcept;
  /// Tells the peer that nothing follows (RFC 8446 §6.1), if the socket takes it now. The socket
  /// is not touched any more.
  void close() noexcept;

  [[nodiscard]] const std::optional<TlsFacts>& facts() const noexcept { return facts_; }
  [[nodiscard]] SSL* ssl() const noexcept { return ssl_.get(); }

  // ---- for the callbacks of OpenSSL

  [[nodiscard]] static TlsSession& of(const SSL* ssl) noexcept;
  [[nodiscard]] const TlsContexts& contexts() const noexcept { return *contexts_; }
  [[nodiscard]] TlsClientState& client() const noexcept { return *client_; }
  /// The name that the client asked for.
  void note_server_name(std::string name) noexcept { server_name_ = std::move(name); }
  [[nodiscard]] const std::string& server_name() const noexcept { return server_name_; }

  // ---- for Stream

  struct Waits {
    /// Counts cancel(), so that a call that is about to wait again sees that it shall not.
    unsigned cancels = 0;
    /// What watch_for_end() calls; empty after cancel().
    std::shared_ptr<std::function<void()>> gone{};
  };
  [[nodiscard]] Waits& waits() noexcept { return waits_; }

 private:
  explicit TlsSession(int fd) noexcept { wire_.fd = fd; }
  error_code attach(SSL_CTX* context) noexcept;
  template <class Call>
  TlsStep repeat(Call call) noexcept;
  TlsStep outcome(int result, std::size_t octets) noexcept;
  error_code failure(int kind) noexcept;

  TlsWire wire_;
  SslPtr ssl_;
  std::shared_ptr<const TlsContexts> contexts_;  // the server's, which a reload may give up
  std::shared_ptr<TlsClientState> client_;       // sessions come to it as long as we live
  std::string server_name_;
  std::optional<TlsFacts> facts_;
  Waits waits_;
  bool is_broken_ = false;
};

}  // namespace quoth::net
