#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/tls.hpp>

namespace quoth::net {

class TlsContexts;

/// What all TLS connections of a server share: its certificates, by name, and the keys of its
/// session tickets. Any thread. It must outlive the handshakes that it takes part in.
class TlsServer {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  /// Reads the files, or makes a certificate for `hostname` that is good for this run. `now` is for
  /// the ticket keys and for files to be tried again; any thread calls it.
  /// @throws std::runtime_error naming the file and what is wrong with it.
  TlsServer(const TlsOptions& options, std::string_view hostname,
            Now now = std::chrono::steady_clock::now);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  /// What became of files that have changed.
  struct Reload {
    bool has_changed = false;  ///< New certificates are in use from the next handshake on.
    std::optional<std::string>
        problem{};  ///< Why the files that changed are not: the old ones stay.
  };
  /// Looks whether the files have changed since they were read last, by content or by who may read
  /// them, and reads them; those that could not be used are tried again after a minute, too. What
  /// is wrong with them is told once. A certificate that we have made is made anew in time. Blocks.
  [[nodiscard]] Reload reload_if_changed();
  /// Reads them in any case. A certificate that we have made stays, if there is nothing to read.
  /// Blocks.
  [[nodiscard]] Reload reload();

  /// Handshakes under way, for the limit TlsOptions::handshakes: see HandshakePlace.
  /// @returns false: too many are under way. There is nothing to end then.
  [[nodiscard]] bool begin_handshake() noexcept;
  /// Whether one could begin now.
  [[nodiscard]] bool has_room() const noexcept;
  /// Whether more than three quarters of them are under way.
  [[nodiscard]] bool is_crowded() const noexcept;
  void end_handshake() noexcept;

  /// The certificate that clients get who name no other: what it says of itself, for the start
  /// lines.
  struct Description {
    std::string subject;
    std::vector<std::string> names;
    std::string fingerprint;  ///< SHA-256, lower-case hex.
    bool is_self_made = false;
  };
  [[nodiscard]] Description description() const;

  /// What the operator should know of the certificates in use: those that have expired. A line
  /// each, naming the file.
  [[nodiscard]] std::vector<std::string> warnings() const;

  /// For Stream: the certificates as they are now.
  [[nodiscard]] std::shared_ptr<const TlsContexts> contexts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A handshake's place among those that TlsOptions::handshakes allows.
class HandshakePlace {
 public:
  explicit HandshakePlace(TlsServer& server) noexcept
      : server_{server.begin_handshake() ? &server : nullptr} {}
  HandshakePlace(const HandshakePlace&) = delete;
  HandshakePlace& operator=(const HandshakePlace&) = delete;
  ~HandshakePlace() { leave(); }

  /// False: there was none left.
  [[nodiscard]] explicit operator bool() const noexcept { return server_ != nullptr; }

  /// The handshake is over.
  void leave() noexcept {
    if (server_ != nullptr) server_->end_handshake();
    server_ = nullptr;
  }

 private:
  TlsServer* server_;
};

}  // namespace quoth::net
