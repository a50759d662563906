#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/server.hpp>

namespace quoth::support {

class TlsChannel;

/// A blocking SMTP client on plain sockets, which shares no code with the server. Whatever it waits
/// for comes within `patience`, or it throws std::runtime_error, which fails the test.
class SmtpClient {
 public:
  static constexpr std::chrono::seconds patience{20};

  /// Connects, to TCP or to a Unix socket.
  explicit SmtpClient(const Endpoint& endpoint);
  /// The same with a receive buffer of so many octets: a client that the server soon has to wait
  /// for.
  SmtpClient(const Endpoint& endpoint, int receive_octets);
  /// The same from an IPv4 address of this machine, such as any of 127.0.0.0/8.
  SmtpClient(const Endpoint& endpoint, const std::string& from);
  SmtpClient(SmtpClient&& other) noexcept;
  SmtpClient& operator=(SmtpClient&& other) = delete;
  ~SmtpClient();

  /// The next reply, all of its lines, parted by "\n".
  std::string reply();
  /// Sends a line with its CRLF and waits for the reply.
  std::string command(std::string_view line);
  void send(std::string_view octets);
  /// Sends what the kernel takes at once. @returns how much that was.
  [[nodiscard]] std::size_t send_some(std::string_view octets) const;
  /// Waits until the kernel takes no more octets for so long. @returns how many it took of
  /// `octets`, which are sent again and again.
  [[nodiscard]] std::size_t send_until_stalled(std::string_view octets,
                                               std::chrono::milliseconds stall);

  /// Makes a TLS handshake; all that follows is behind it. `certificate`: shown to a server that
  /// asks; empty: none.
  void shake_hands(const CertificateFiles& certificate = {});
  /// Asks for TLS by STARTTLS, then the same.
  void start_tls(const CertificateFiles& certificate = {});
  /// The channel's, once there was a handshake.
  [[nodiscard]] const TlsChannel& tls() const noexcept { return *tls_; }

  /// Waits for the server to close the connection. @returns what it said before.
  std::string rest();
  /// Whether something is there to read, waiting at most so long.
  [[nodiscard]] bool has_input(std::chrono::milliseconds wait) const;

  /// Ends our side and goes on reading.
  void finish_sending() const noexcept;
  /// Closes, in good order.
  void close() noexcept;
  /// Breaks the connection: the server's next read fails.
  void reset() noexcept;

  [[nodiscard]] int fd() const noexcept { return fd_; }

 private:
  void open(const Endpoint& endpoint, int receive_octets, const std::string& from);
  [[nodiscard]] bool read_some();

  int fd_ = -1;
  std::unique_ptr<TlsChannel> tls_;
  std::string input_;
};

/// What a client says, and how the reply begins.
struct Turn {
  std::string_view says;
  std::string_view hears;
};

/// Says each line and expects each reply; a reply that begins otherwise fails the test.
void converse(SmtpClient& client, std::initializer_list<Turn> turns);

/// A client that has the banner and has said EHLO.
[[nodiscard]] SmtpClient greeted(const Server& server);

/// One message from a@client.test. @returns the reply to its end, or the first that is not
/// positive.
std::string send_message(SmtpClient& client, const std::vector<std::string>& recipients,
                         std::string_view text);

}  // namespace quoth::support
