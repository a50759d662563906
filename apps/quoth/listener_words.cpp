#include "apps/quoth/listener_words.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <quoth/network.hpp>

namespace quoth::app {
namespace {

std::string_view role_word(Role role) noexcept {
  switch (role) {
    case Role::mx: return "mx";
    case Role::submission: return "submission";
    case Role::lmtp: return "lmtp";
    case Role::dev: return "dev";
  }
  return "";
}

std::string tls_words(const Config& config, const Listener& listener) {
  if (listener.tls == TlsMode::off) return "no TLS";
  std::string words = listener.tls == TlsMode::implicit ? "TLS" : "STARTTLS";
  if (listener.tls == TlsMode::required) words += " required";
  if (config.tls.certificates.empty()) words += " (self-signed)";
  return words;
}

std::string login_words(const Listener& listener) {
  const Logins& logins = listener.auth;
  if (logins.options.mechanisms.empty()) return {};
  const bool believes_all = logins.users_file.empty() && logins.certificates.empty();
  if (believes_all) return "takes any user and password, ";
  std::string from = logins.users_file.empty() ? "certificates" : logins.users_file;
  if (logins.options.is_required) return fmt::format("only users of \"{}\", ", from);
  return fmt::format("users of \"{}\", ", from);
}

std::string relay_words(const Listener& listener) {
  std::vector<std::string> whom = listener.relay.networks;
  const bool can_log_in = !listener.auth.options.mechanisms.empty();
  if (listener.relay.for_authenticated && can_log_in) whom.insert(whom.begin(), "users");
  if (whom.empty()) return "relays nothing";
  return fmt::format("relays for {}", fmt::join(whom, ", "));
}

bool is_loopback(std::string_view address) {
  if (address.starts_with("unix:")) return true;
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Network::parse("127.0.0.0/8").contains(host) || Network::parse("::1").contains(host);
}

}  // namespace

std::string_view protocol_word(const Listener& listener) noexcept {
  if (listener.role == Role::lmtp) return "LMTP";
  return listener.tls == TlsMode::implicit ? "SMTPS" : "SMTP";
}

std::string listener_words(const Config& config, const Listener& listener) {
  return fmt::format("{}   {}   {}{}", role_word(listener.role), tls_words(config, listener),
                     login_words(listener), relay_words(listener));
}

bool is_reachable(const Listener& listener) {
  return !std::ranges::all_of(listener.listen, is_loopback);
}

}  // namespace quoth::app
