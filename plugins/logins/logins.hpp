#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <quoth/event.hpp>
#include <quoth/plugin.hpp>

namespace quoth::plugins {

/// Believes everybody: any user, any password. For servers that nobody but their developer can
/// reach, and that give no right to anybody.
class AnyPassword final : public Plugin {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "any-password"; }
  /// Appends "any-password" to the chain of `Auth`, which answers for passwords alone: nobody can
  /// check a proof without them.
  void attach(Chains& chains) override;
};

/// Knows users by their TLS certificates: the mechanism EXTERNAL (RFC 4422 Appendix A).
///
/// A fingerprint stands for one key and one certificate, so that it makes no difference who has
/// signed it, and a certificate that is renewed is a new one.
class CertificateUsers final : public Plugin {
 public:
  /// SHA-256 fingerprint in lower-case hex, as PeerCertificate::fingerprint, to user.
  using Users = std::map<std::string, std::string, std::less<>>;

  explicit CertificateUsers(Users users);

  [[nodiscard]] std::string_view name() const noexcept override { return "certificates"; }
  /// Appends "certificates" to the chain of `Auth`, which passes on all but certificates.
  void attach(Chains& chains) override;

 private:
  [[nodiscard]] Decision decide(event::Auth& auth) const;

  Users users_;
};

}  // namespace quoth::plugins
