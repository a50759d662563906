#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <quoth/tls.hpp>

#include "net/tls_openssl.hpp"
#include "net/tls_ticket_keys.hpp"

namespace quoth::net {

/// A server's certificates as they were read once, each with the rules of RFC 9325 around it. Never
/// changes: a reload makes another one, and handshakes under way keep theirs. Any thread.
class TlsContexts {
 public:
  /// Blocks. @throws std::runtime_error naming the file and what is wrong with it.
  TlsContexts(const TlsOptions& options, std::string_view hostname,
              std::shared_ptr<TicketKeys> ticket_keys);

  /// The one for whoever names none of ours.
  [[nodiscard]] SSL_CTX* first() const noexcept { return contexts_.front().get(); }
  /// The one for `name`, in lower case: by its exact name, then by a wildcard of one label
  /// (RFC 6125 §6.4.3). nullptr: none is.
  [[nodiscard]] SSL_CTX* find(std::string_view name) const;
  [[nodiscard]] TicketKeys& ticket_keys() const noexcept { return *ticket_keys_; }
  /// What the operator should know of the certificates, a line each.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  void load(const CertificateFiles& files, const TlsOptions& options);
  void add(SslContextPtr context, const std::vector<std::string>& names);
  void bind_sessions(const TlsOptions& options);

  std::shared_ptr<TicketKeys> ticket_keys_;  // the server's, over all reloads
  std::vector<SslContextPtr> contexts_;
  std::unordered_map<std::string, SSL_CTX*> by_name_;  // "*.example.org" by that name
  std::vector<std::string> warnings_;
};

}  // namespace quoth::net
