#include "server/options_check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

#include "auth/mechanism.hpp"
#include "core/cores.hpp"
#include "mail/path.hpp"
#include "net/address.hpp"
#include "net/network.hpp"

namespace quoth::server {
namespace {

void require(bool holds, const std::string& complaint) {
  if (!holds) throw std::invalid_argument(complaint);
}

std::string machine_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) < 0 || name[0] == '\0') return "localhost";
  return name.data();
}

// A command line has to fit into a connection's small buffer.
constexpr std::size_t longest_command_line = 4096;

// Less could not hold the fields of an ordinary message.
constexpr std::size_t least_header = 1024;

// No honest client waits longer for a defence.
constexpr std::chrono::seconds longest_delay{3};

constexpr std::size_t highest_rate = 1'000'000;

void check_limits(const smtp::Limits& limits) {
  require(limits.message_bytes >= 1, "limits.message_bytes is at least 1");
  require(limits.recipients >= 1, "limits.recipients is at least 1");
  // RFC 5321 §4.5.3.1.4 and §4.5.3.1.6 say what every server takes.
  require(limits.command_line_bytes >= 512 && limits.command_line_bytes <= longest_command_line,
          "limits.command_line_bytes is 512 to 4096");
  require(limits.text_line_bytes >= 1000, "limits.text_line_bytes is at least 1000");
  require(limits.errors >= 1, "limits.errors is at least 1");
  require(limits.refused_recipients >= 1, "limits.refused_recipients is at least 1");
  require(limits.received_fields >= 1, "limits.received_fields is at least 1");
  require(limits.junk_commands >= 1, "limits.junk_commands is at least 1");
  require(limits.header_bytes >= least_header, "limits.header_bytes is at least 1024");
  require(limits.messages.value_or(1) >= 1, "limits.messages is at least 1");
  require(limits.recipient_domains.value_or(1) >= 1, "limits.recipient_domains is at least 1");
}

void check_connections(const ConnectionLimits& limits) {
  require(limits.total >= 1, "connections.total is at least 1");
  require(limits.per_ip >= 1, "connections.per_ip is at least 1");
  require(limits.per_network.value_or(1) >= 1, "connections.per_network is at least 1");
  const auto is_sane = [](const std::optional<std::size_t>& rate) {
    return rate.value_or(1) >= 1 && rate.value_or(1) <= highest_rate;
  };
  require(is_sane(limits.ip_rate), "connections.ip_rate is 1 to 1000000");
  require(is_sane(limits.network_rate), "connections.network_rate is 1 to 1000000");
}

void check_defences(const Defences& defences) {
  using std::chrono::milliseconds;
  require(defences.banner_delay >= milliseconds{0} && defences.banner_delay <= longest_delay,
          "defences.banner_delay is 0 to 3 s");
  require(defences.data_rate.value_or(1) >= 1, "defences.data_rate is at least 1");
  require(defences.data_grace >= milliseconds{1} && defences.data_grace <= std::chrono::hours{24},
          "defences.data_grace is 1 ms to 24 h");
  const unsigned percent = defences.overload_percent.value_or(100);
  require(percent >= 1 && percent <= 100, "defences.overload_percent is 1 to 100");
  require(defences.overload_timeout >= milliseconds{1} &&
              defences.overload_timeout <= std::chrono::hours{24},
          "defences.overload_timeout is 1 ms to 24 h");
}

void check_timeouts(const Timeouts& timeouts) {
  using std::chrono::milliseconds;
  const auto is_sane = [](milliseconds time) {
    return time >= milliseconds{1} && time <= std::chrono::hours{24};
  };
  require(is_sane(timeouts.command), "timeouts.command is 1 ms to 24 h");
  require(is_sane(timeouts.data), "timeouts.data is 1 ms to 24 h");
  require(is_sane(timeouts.refused_message), "timeouts.refused_message is 1 ms to 24 h");
  require(is_sane(timeouts.proxy_header), "timeouts.proxy_header is 1 ms to 24 h");
  require(is_sane(timeouts.write), "timeouts.write is 1 ms to 24 h");
  require(is_sane(timeouts.handler), "timeouts.handler is 1 ms to 24 h");
  require(is_sane(timeouts.message_handler), "timeouts.message_handler is 1 ms to 24 h");
}

void check_tls(const TlsOptions& tls) {
  using std::chrono::seconds;
  require(tls.handshake_timeout >= std::chrono::milliseconds{1} &&
              tls.handshake_timeout <= std::chrono::hours{1},
          "tls.handshake_timeout is 1 ms to 1 h");
  require(tls.handshakes >= 1, "tls.handshakes is at least 1");
  require(
      tls.ticket_key_lifetime >= seconds{1} && tls.ticket_key_lifetime <= std::chrono::hours{24},
      "tls.ticket_key_lifetime is 1 s to 24 h");
  require(tls.client_certificates != ClientCertificates::require || !tls.client_authorities.empty(),
          "tls.client_certificates: to require them, name tls.client_authorities");
  for (const CertificateFiles& files : tls.certificates) {
    require(!files.certificate.empty() && !files.key.empty(),
            "tls.certificates: each has a certificate and a key");
  }
}

void check_auth(const AuthOptions& auth) {
  using std::chrono::milliseconds;
  for (const std::string& name : auth.mechanisms) {
    require(auth::find_mechanism(name) != nullptr, "auth.mechanisms: there is no \"" + name + '"');
  }
  require(!auth.is_required || !auth.mechanisms.empty(),
          "auth.is_required: name auth.mechanisms, or nobody can send");
  require(auth.first_delay >= milliseconds{0} && auth.first_delay <= auth.longest_delay,
          "auth.first_delay is 0 to auth.longest_delay");
  require(auth.longest_delay <= std::chrono::minutes{1}, "auth.longest_delay is at most 1 min");
  require(auth.failures.value_or(1) >= 1, "auth.failures is at least 1");
  require(auth.attempts.value_or(1) >= 1, "auth.attempts is at least 1");
  require(auth.failure_window >= std::chrono::seconds{1} &&
              auth.failure_window <= std::chrono::hours{24},
          "auth.failure_window is 1 s to 24 h");
}

/// Throws what is wrong with one of them, by the option's name.
void check_networks(const char* name, const std::vector<std::string>& networks) {
  try {
    static_cast<void>(net::NetworkSet{networks});
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(std::string{name} + ": " + error.what());
  }
}

}  // namespace

ServerOptions checked(ServerOptions options) {
  if (options.hostname.empty()) options.hostname = machine_name();
  require(mail::is_helo_name(options.hostname),
          "hostname: \"" + options.hostname + "\" is no host name");
  require(!options.listen.empty(), "listen: a server needs an address");
  for (const std::string& address : options.listen) {
    static_cast<void>(net::Address::parse(address));
  }
  require(options.threads <= 1024, "threads is at most 1024");
  if (options.threads == 0) options.threads = usable_cores();
  require(options.unix_mode <= 0777, "unix_mode is at most 0777");
  require(options.memory_bytes >= std::size_t{1} << 20U, "memory_bytes is at least 1 MiB");
  require(options.log != nullptr && options.clock != nullptr, "log and clock are not null");
  check_limits(options.limits);
  check_timeouts(options.timeouts);
  check_connections(options.connections);
  check_defences(options.defences);
  check_tls(options.tls);
  check_auth(options.auth);
  check_networks("trust.proxy", options.trust.proxy);
  check_networks("trust.xclient", options.trust.xclient);
  check_networks("trust.xforward", options.trust.xforward);
  return options;
}

}  // namespace quoth::server
