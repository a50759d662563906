#include "apps/quoth/key_hints.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <quoth/version.hpp>

#include "apps/quoth/closest.hpp"
#include "apps/quoth/escape.hpp"

namespace quoth::app {
namespace {

/// Known from the manual of what Quoth is to become.
constexpr std::array<std::string_view, 8> of_later_versions{"queue",   "store", "policy",  "web",
                                                            "privacy", "rate",  "metrics", "dkim"};

/// What stands for keys of other mail servers that are to be found here under another name.
struct Meaning {
  std::string_view key;
  std::string_view ours;
};

constexpr std::array<Meaning, 25> meanings{{
    {"mynetworks", "`relay` of a [[listener]], a list of networks"},
    {"mydestination", "`accept` of a [[listener]]"},
    {"relay_domains", "`accept` of a [[listener]]"},
    {"myhostname", "`hostname`"},
    {"smtpd_tls_cert_file", "`certificate` of [tls]"},
    {"smtpd_tls_key_file", "`key` of [tls]"},
    {"smtpd_tls_chain_files", "`certificate` and `key` of [tls]"},
    {"smtpd_tls_CAfile", "`client_authorities` of [tls]"},
    {"smtpd_tls_security_level", "`tls` of a [[listener]]"},
    {"smtpd_tls_wrappermode", "tls = \"implicit\" of a [[listener]]"},
    {"smtpd_tls_auth_only", "`clear_text` in `auth` of a [[listener]]"},
    {"smtpd_tls_ask_ccert", "client_certificates = \"ask\" of [tls]"},
    {"smtpd_tls_req_ccert", "client_certificates = \"require\" of [tls]"},
    {"smtpd_sasl_auth_enable", "`auth` of a [[listener]]"},
    {"smtpd_sasl_mechanism_filter", "`mechanisms` in `auth` of a [[listener]]"},
    {"smtpd_sender_login_maps", "`senders` of a [[listener]]"},
    {"smtpd_relay_restrictions", "`relay` of a [[listener]]"},
    {"smtpd_authorized_xclient_hosts", "`xclient` in `trust` of a [[listener]]"},
    {"smtpd_authorized_xforward_hosts", "`xforward` in `trust` of a [[listener]]"},
    {"smtpd_upstream_proxy_protocol", "`proxy` in `trust` of a [[listener]]"},
    {"cert", "`certificate` of [tls]"},
    {"ca", "`client_authorities` of [tls]"},
    {"password_file", "`users` in `auth` of a [[listener]]"},
    {"starttls", "`tls` of a [[listener]]"},
    {"sasl", "`auth` of a [[listener]]"},
}};

struct Home {
  std::string_view key;
  std::string_view place;
};

constexpr std::string_view top = "the top of the file, before any [table]";

constexpr std::array<Home, 62> homes{{{"hostname", top},
                                      {"user", top},
                                      {"threads", top},
                                      {"listen", "a [[listener]]"},
                                      {"accept", "a [[listener]]"},
                                      {"mode", "a [[listener]]"},
                                      {"via", "a [route.\"…\"]"},
                                      {"message_size", "[limits]"},
                                      {"connections", "[limits]"},
                                      {"timeouts", "[limits]"},
                                      {"refused_recipients", "[limits]"},
                                      {"received_fields", "[limits]"},
                                      {"command_line", "[limits]"},
                                      {"text_line", "[limits]"},
                                      {"memory", "[limits]"},
                                      {"per_ip", "`connections` of [limits]"},
                                      {"grace", "`timeouts` of [limits]"},
                                      {"refused_message", "`timeouts` of [limits]"},
                                      {"role", "a [[listener]]"},
                                      {"line_ends", "a [[listener]]"},
                                      {"long_lines", "a [[listener]]"},
                                      {"nul", "a [[listener]]"},
                                      {"extensions", "a [[listener]]"},
                                      {"header_size", "[limits]"},
                                      {"discarded_size", "[limits]"},
                                      {"junk_commands", "[limits]"},
                                      {"messages", "[limits]"},
                                      {"recipient_domains", "[limits]"},
                                      {"per_network", "`connections` of [limits]"},
                                      {"ip_rate", "`connections` of [limits]"},
                                      {"network_rate", "`connections` of [limits]"},
                                      {"refuse_early_talkers", "[defences]"},
                                      {"banner_delay", "[defences]"},
                                      {"refuse_bad_pipelining", "[defences]"},
                                      {"data_rate", "[defences]"},
                                      {"data_grace", "[defences]"},
                                      {"overload_percent", "[defences]"},
                                      {"overload_timeout", "[defences]"},
                                      {"level", "[log]"},
                                      {"tls", "a [[listener]] or the top of the file"},
                                      {"auth", "a [[listener]]"},
                                      {"relay", "a [[listener]]"},
                                      {"trust", "a [[listener]]"},
                                      {"senders", "a [[listener]]"},
                                      {"users", "`auth` of a [[listener]]"},
                                      {"mechanisms", "`auth` of a [[listener]]"},
                                      {"clear_text", "`auth` of a [[listener]]"},
                                      {"failures", "`auth` of a [[listener]]"},
                                      {"attempts", "`auth` of a [[listener]]"},
                                      {"failure_window", "`auth` of a [[listener]]"},
                                      {"required", "`auth` of a [[listener]]"},
                                      {"certificate", "[tls]"},
                                      {"key", "[tls]"},
                                      {"certificates", "[tls], or `auth` of a [[listener]]"},
                                      {"client_certificates", "[tls]"},
                                      {"client_authorities", "[tls]"},
                                      {"handshake_timeout", "[tls]"},
                                      {"handshakes", "[tls]"},
                                      {"ticket_key_lifetime", "[tls]"},
                                      {"proxy", "`trust` of a [[listener]]"},
                                      {"xclient", "`trust` of a [[listener]]"},
                                      {"xforward", "`trust` of a [[listener]]"}}};

bool is_bare(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace

std::string choices(std::span<const std::string_view> names) {
  std::string result;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) result += i + 1 == names.size() ? " or " : ", ";
    result += fmt::format("`{}`", names[i]);
  }
  return result;
}

std::string hint_for_unknown_key(std::string_view key, std::span<const std::string_view> known) {
  if (std::ranges::find(of_later_versions, key) != of_later_versions.end()) {
    return fmt::format("quoth {} does not have `{}` yet; a later version will", version(), key);
  }
  const auto* const other =
      std::ranges::find_if(meanings, [&](const Meaning& m) { return m.key == key; });
  if (other != meanings.end()) return fmt::format("here it is {}", other->ours);
  const auto* const exact =
      std::ranges::find_if(homes, [&](const Home& h) { return h.key == key; });
  if (exact != homes.end()) return fmt::format("`{}` belongs to {}", key, exact->place);
  if (const std::string_view meant = closest(key, known); !meant.empty()) {
    return fmt::format("did you mean `{}`?", meant);
  }
  return fmt::format("expected {}", choices(known));
}

std::string key_path(std::string_view table, std::string_view key) {
  std::string name;
  if (is_bare(key)) {
    name = key;
  } else {
    name += '"';
    append_escaped(key, name);
    name += '"';
  }
  return table.empty() ? name : fmt::format("{}.{}", table, name);
}

}  // namespace quoth::app
