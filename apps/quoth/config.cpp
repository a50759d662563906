#include "apps/quoth/config.hpp"

#include <string>
#include <vector>

namespace quoth::app {

Listener dev_listener() {
  Listener listener;
  listener.role = Role::dev;
  listener.tls = TlsMode::starttls;
  listener.auth.options.mechanisms = default_mechanisms(Role::dev, {});
  listener.auth.options.plain_text_in_clear = true;
  return listener;
}

std::vector<std::string> default_mechanisms(Role role, const Logins& logins) {
  std::vector<std::string> result;
  if (!logins.certificates.empty()) result.emplace_back("EXTERNAL");
  if (!logins.users_file.empty()) {
    for (const char* name :
         {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"}) {
      result.emplace_back(name);
    }
  }
  if (!logins.users_file.empty() || (role == Role::dev && result.empty())) {
    for (const char* name : {"PLAIN", "LOGIN"}) result.emplace_back(name);
  }
  return result;
}

}  // namespace quoth::app
