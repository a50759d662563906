#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/config_sections.hpp"
#include "apps/quoth/file_check.hpp"
#include "apps/quoth/listener_sections.hpp"

namespace quoth::app {
namespace {

bool all_begin_with(const std::vector<std::string>& listen, std::string_view head) {
  return std::ranges::all_of(listen, [&](const std::string& a) { return a.starts_with(head); });
}

bool is_port(std::string_view address, std::string_view port) {
  return !address.starts_with("unix:") && address.ends_with(port);
}

constexpr std::string_view port_of_implicit_tls = ":465";  // RFC 8314 §7.3

std::string read_file_name(TableReader& table, std::string_view key) {
  std::string path;
  table.read(key, path);
  const TomlNode* const found = table.find(key);
  if (found == nullptr || found->kind != TomlNode::Kind::text) return path;
  check_file(path, table.path_of(key), found->where, table.diagnostics());
  return path;
}

/// `certificate` and `key` of a table: neither, or both.
std::optional<CertificateFiles> read_certificate(TableReader& table) {
  CertificateFiles files{read_file_name(table, "certificate"), read_file_name(table, "key")};
  const TomlNode* const certificate = table.find("certificate");
  const TomlNode* const key = table.find("key");
  if (certificate == nullptr && key == nullptr) return std::nullopt;
  if (certificate == nullptr || key == nullptr) {
    const bool lacks_key = key == nullptr;
    table.diagnostics().error(
        fmt::format("`{}` is missing", table.path_of(lacks_key ? "key" : "certificate")),
        (lacks_key ? certificate : key)->where,
        lacks_key ? "add key = \"…\", the certificate's private key in PEM; it may be the same file"
                  : "add certificate = \"…\", in PEM, with its chain behind it");
    return std::nullopt;
  }
  check_secret(files.key, table.path_of("key"), key->where, table.diagnostics());
  return files;
}

void read_more_certificates(TableReader& table, std::vector<CertificateFiles>& certificates) {
  const TomlNode* const found = table.find("certificates");
  if (found == nullptr) return;
  constexpr std::string_view expected = R"([{ certificate = "…", key = "…" }, …])";
  if (found->kind != TomlNode::Kind::array)
    return table.wrong_kind("certificates", *found, expected);
  for (const TomlNode& item : found->items) {
    if (item.kind != TomlNode::Kind::table) {
      table.wrong_kind("certificates", item, expected);
      continue;
    }
    TableReader pair{item, table.path_of("certificates"), table.diagnostics()};
    std::optional<CertificateFiles> files = read_certificate(pair);
    if (files) certificates.push_back(*std::move(files));
    if (!files && item.entries.empty()) {
      table.diagnostics().error("a certificate without files", item.where,
                                fmt::format("expected {}", expected));
    }
    pair.finish();
  }
}

void read_client_certificates(TableReader& table, TlsOptions& tls) {
  const std::vector<std::string_view> names{"ignore", "ask", "require"};
  if (const auto choice = table.read_choice("client_certificates", names)) {
    tls.client_certificates = static_cast<ClientCertificates>(*choice);
  }
  tls.client_authorities = read_file_name(table, "client_authorities");
  const TomlNode* const authorities = table.find("client_authorities");
  if (authorities == nullptr && tls.client_certificates == ClientCertificates::require) {
    table.diagnostics().error(
        "clients need a certificate, and nobody could have signed one",
        table.find("client_certificates")->where,
        "add client_authorities = \"…\", a PEM file of those who sign them; or \"ask\" for any");
  }
  if (authorities != nullptr && tls.client_certificates == ClientCertificates::ignore) {
    table.diagnostics().warning("no client is asked for a certificate", authorities->where,
                                R"(add client_certificates = "ask", or "require")");
  }
}

void read_ticket_lifetime(TableReader& table, TlsOptions& tls) {
  std::chrono::milliseconds lifetime = tls.ticket_key_lifetime;
  table.read_duration("ticket_key_lifetime", lifetime,
                      {.min = std::chrono::minutes{1}, .min_text = "1m"});
  tls.ticket_key_lifetime = std::chrono::duration_cast<std::chrono::seconds>(lifetime);
}

/// Nothing but what works everywhere with what the file says is chosen by itself.
///
/// A self-signed certificate, new with each start, is offered by itself where mail programs and
/// developers connect, who see it and can act. An mx offers none, as with Postfix: a mail server
/// that verifies and does not go on in the clear, or holds the domain's TLSA records against it,
/// would fail where it succeeds without.
TlsMode default_mode(const Listener& listener, bool has_certificate) {
  if (listener.role == Role::dev) return TlsMode::starttls;
  if (listener.role == Role::submission) {
    const bool is_implicit = std::ranges::all_of(listener.listen, [](const std::string& address) {
      return is_port(address, port_of_implicit_tls);
    });
    return is_implicit ? TlsMode::implicit : TlsMode::required;
  }
  const bool is_of_use = has_certificate && !all_begin_with(listener.listen, "unix:");
  return is_of_use ? TlsMode::starttls : TlsMode::off;
}

void advise_mx(const Listener& listener, Region where, Diagnostics& diagnostics) {
  if (listener.tls != TlsMode::required && listener.tls != TlsMode::implicit) return;
  diagnostics.warning(  // RFC 3207 §4
      "mail servers without TLS cannot reach this listener", where,
      R"(RFC 3207 §4: a server that others find by DNS must not require it; "starttls" offers it)");
}

void advise_submission(const Listener& listener, bool has_certificate, Region where,
                       Diagnostics& diagnostics) {
  if (listener.tls == TlsMode::off) {
    diagnostics.warning("mail and logins of users go over the network in the clear", where,
                        R"(RFC 8314 §3: tls = "implicit" on port 465, "required" on 587)");
  } else if (!has_certificate) {
    diagnostics.warning("users will get a self-signed certificate, a new one with each start",
                        where, "mail programs refuse it, or ask; name one in [tls]");
  }
}

}  // namespace

void read_tls(TableReader& root, Config& config) {
  std::optional<TableReader> table = root.read_table("tls");
  if (!table) return;
  TlsOptions& tls = config.tls;
  if (std::optional<CertificateFiles> files = read_certificate(*table)) {
    tls.certificates.push_back(*std::move(files));
  }
  read_more_certificates(*table, tls.certificates);
  read_client_certificates(*table, tls);
  table->read_duration("handshake_timeout", tls.handshake_timeout,
                       {.max = std::chrono::hours{1}, .max_text = "1h"});
  table->read_count("handshakes", tls.handshakes, {.max = 1'000'000});
  read_ticket_lifetime(*table, tls);
  table->finish();
}

void read_listener_tls(TableReader& table, Listener& listener, const TlsOptions& tls) {
  const std::vector<std::string_view> names{"off", "starttls", "required", "implicit"};
  const bool has_certificate = !tls.certificates.empty();
  listener.tls = default_mode(listener, has_certificate);
  if (const auto mode = table.read_choice("tls", names)) listener.tls = static_cast<TlsMode>(*mode);
  const TomlNode* const found = table.find("tls");
  const Region where = found == nullptr ? table.node().where : found->where;
  Diagnostics& diagnostics = table.diagnostics();
  if (listener.role == Role::mx) advise_mx(listener, where, diagnostics);
  if (listener.role == Role::submission) {
    advise_submission(listener, has_certificate, where, diagnostics);
  }
  const bool is_465 = std::ranges::any_of(
      listener.listen, [](const std::string& a) { return is_port(a, port_of_implicit_tls); });
  if (is_465 && listener.tls != TlsMode::implicit) {
    diagnostics.warning("on port 465 mail programs begin with TLS", where,
                        R"(RFC 8314 §3.3: tls = "implicit"; other ports in a [[listener]] apart)");
  }
}

}  // namespace quoth::app
