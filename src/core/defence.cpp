#include <quoth/defence.hpp>

#include <string_view>

namespace quoth {

std::string_view defence_name(Defence defence) noexcept {
  switch (defence) {
    case Defence::early_talker: return "early_talker";
    case Defence::bad_pipelining: return "bad_pipelining";
    case Defence::other_protocol: return "other_protocol";
    case Defence::errors: return "errors";
    case Defence::junk_commands: return "junk_commands";
    case Defence::messages: return "messages";
    case Defence::slow_client: return "slow_client";
    case Defence::long_line: return "long_line";
    case Defence::long_header: return "long_header";
    case Defence::long_refused: return "long_refused";
    case Defence::total_connections: return "total_connections";
    case Defence::ip_connections: return "ip_connections";
    case Defence::network_connections: return "network_connections";
    case Defence::ip_rate: return "ip_rate";
    case Defence::network_rate: return "network_rate";
    case Defence::handshakes: return "handshakes";
    case Defence::failed_handshake: return "failed_handshake";
    case Defence::failed_login: return "failed_login";
    case Defence::auth_failures: return "auth_failures";
    case Defence::overload: return "overload";
    case Defence::count: break;
  }
  return "unknown";
}

}  // namespace quoth
