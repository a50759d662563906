#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace quoth::bench {

using Clock = std::chrono::steady_clock;

/// Where the server listens.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] bool is_internet() const noexcept { return storage.ss_family != AF_UNIX; }
  [[nodiscard]] const sockaddr* data() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

enum class Tls : std::uint8_t { none, starttls, implicit };

/// What the load is made of.
struct Scenario {
  std::size_t connections = 10;      ///< At once.
  std::uint64_t per_connection = 1;  ///< Messages on each, then QUIT; 0: as many as there are.
  std::size_t size = 1024;           ///< Octets of a message's text, header included.
  std::size_t recipients = 1;        ///< Of a message.
  bool is_pipelining = false;        ///< MAIL, RCPT and DATA in one write (RFC 2920).
  bool is_bdat = false;              ///< BDAT in place of DATA (RFC 3030).
  std::size_t chunk = 0;             ///< Octets of a BDAT; 0: all of the text.
  Tls tls = Tls::none;
  bool is_resuming = false;  ///< Handshakes go on with the last session.
  bool is_lmtp = false;
  std::optional<double> rate{};  ///< Messages a second to hold; none: as fast as it goes.
  std::size_t idle = 0;          ///< Connections that only wait.
  std::size_t threads = 1;
  /// The threads never sleep, so that the server need not wake them.
  bool is_spinning = false;
};

/// A whole measurement.
struct Options {
  Address address{};
  std::string target;       ///< The address as people write it.
  std::string server_name;  ///< What TLS asks for.
  Scenario scenario{};
  /// Neither this nor `duration`: no load, only idle connections.
  std::optional<std::uint64_t> messages{};
  std::optional<std::chrono::milliseconds> duration{};
  std::chrono::milliseconds warm_up{0};       ///< The same load first, not counted.
  std::chrono::milliseconds hold{2000};       ///< How long idle connections wait to be measured.
  std::chrono::milliseconds timeout{30'000};  ///< Of each wait for the server.
  std::string sender = "bench@example.org";
  std::string recipient = "bench@example.org";  ///< `{n}` is the recipient's number, from 1.
  std::string helo = "bench.example.org";
  std::string user;  ///< Empty: nobody logs in.
  std::string password;
  std::string spawn;         ///< A command of the shell that starts the server; empty: it runs.
  std::optional<int> pid{};  ///< The server's process, if it is to be measured.

  [[nodiscard]] bool has_load() const noexcept { return messages || duration; }
};

}  // namespace quoth::bench
