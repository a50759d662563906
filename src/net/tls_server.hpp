#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/tls.hpp>

namespace quoth::net {

/// What all TLS connections of a server share: its certificates, by name, and the keys of its
/// session tickets. Any thread.
class TlsServer {
 public:
  /// Reads the files, or makes a certificate for `hostname` that is good for this run.
  /// @throws std::runtime_error naming the file and what is wrong with it.
  TlsServer(const TlsOptions& options, std::string_view hostname);
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer();

  /// What became of files that have changed.
  struct Reload {
    bool has_changed = false;  ///< New certificates are in use from the next handshake on.
    std::optional<std::string>
        problem{};  ///< Why the files that changed are not: the old ones stay.
  };
  /// Looks whether the files have changed since they were read last, and reads them. Blocks.
  [[nodiscard]] Reload reload_if_changed();
  /// Reads them in any case. Blocks.
  [[nodiscard]] Reload reload();

  /// Handshakes under way, for the limit: see TlsOptions::handshakes.
  [[nodiscard]] bool begin_handshake() noexcept;
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

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  friend class TlsSession;
};

}  // namespace quoth::net
