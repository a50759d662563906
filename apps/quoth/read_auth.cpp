#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/closest.hpp"
#include "apps/quoth/file_check.hpp"
#include "apps/quoth/key_hints.hpp"
#include "apps/quoth/listener_sections.hpp"
#include "credentials/users.hpp"
#include "credentials/users_file.hpp"

namespace quoth::app {
namespace {

constexpr std::array<std::string_view, 7> mechanism_names{
    "EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN",
    "LOGIN"};

std::string upper(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

bool is_for_passwords(std::string_view mechanism) {
  return mechanism == "PLAIN" || mechanism == "LOGIN";
}

/// What is wrong with a mechanism in the program; empty: nothing.
std::string problem_of_mechanism(const std::string& name, const Logins& logins, Role role) {
  if (name == "OAUTHBEARER" || name == "XOAUTH2") {
    return "nothing in the program can check tokens; a program of yours can, with the library";
  }
  if (std::ranges::find(mechanism_names, name) == mechanism_names.end()) {
    const std::string_view meant = closest(name, mechanism_names);
    if (!meant.empty()) return fmt::format(R"(did you mean "{}"?)", meant);
    return fmt::format("expected {}", choices(mechanism_names));
  }
  if (name == "EXTERNAL") {
    const bool works = !logins.certificates.empty();
    return works ? "" : R"(add certificates = { "SHA256-FINGERPRINT" = "USER" })";
  }
  if (logins.users_file.empty() && !is_for_passwords(name) && role == Role::dev) {
    return "whoever believes every password cannot check a proof of one; \"PLAIN\" and \"LOGIN\"";
  }
  if (logins.users_file.empty() && role != Role::dev) {
    return "nobody has a password; add users = \"FILE\", which `quoth passwd add USER --file FILE` "
           "makes";
  }
  return {};
}

void read_mechanisms(TableReader& table, Listener& listener) {
  Logins& logins = listener.auth;
  logins.options.mechanisms = default_mechanisms(listener.role, logins);
  const auto names = table.read_texts("mechanisms");
  if (!names) return;
  logins.options.mechanisms.clear();
  for (const Located& text : *names) {
    std::string name = upper(text.text);
    const std::string problem = problem_of_mechanism(name, logins, listener.role);
    if (!problem.empty()) {
      table.diagnostics().error(fmt::format("mechanism `{}` cannot be had", text.text), text.where,
                                problem);
    }
    logins.options.mechanisms.push_back(std::move(name));
  }
}

/// "AA:BB:…", as openssl prints it, or without colons; none: it is no SHA-256 fingerprint.
std::optional<std::string> fingerprint(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == ':') continue;
    const char low = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((low < '0' || low > '9') && (low < 'a' || low > 'f')) return std::nullopt;
    result += low;
  }
  constexpr std::size_t sha256_digits = 64;
  if (result.size() != sha256_digits) return std::nullopt;
  return result;
}

void take_certificate(const TomlEntry& entry, const std::string& path, Logins& logins,
                      Diagnostics& diagnostics) {
  std::optional<std::string> found = fingerprint(entry.key);
  if (!found) {
    diagnostics.error(fmt::format("bad fingerprint in `{}`", path), entry.key_where,
                      "64 hexadecimal digits: openssl x509 -noout -fingerprint -sha256 -in FILE");
  } else if (entry.value.kind != TomlNode::Kind::text || entry.value.text.empty()) {
    diagnostics.error(fmt::format("wrong type in `{}`", path), entry.value.where,
                      "expected the name of a user");
  } else if (!logins.certificates.emplace(*std::move(found), entry.value.text).second) {
    diagnostics.error(fmt::format("a fingerprint stands twice in `{}`", path), entry.key_where,
                      "one certificate is one user's");
  }
}

void read_certificate_users(TableReader& auth, Listener& listener, const TlsOptions& tls) {
  const std::optional<TableReader> table = auth.read_table("certificates");
  if (!table) return;
  for (const TomlEntry& entry : table->node().entries) {
    take_certificate(entry, table->path(), listener.auth, auth.diagnostics());
  }
  const Region where = table->node().where;
  if (tls.client_certificates == ClientCertificates::ignore) {
    auth.diagnostics().error("no client is asked for its certificate", where,
                             R"(add client_certificates = "ask" to [tls])");
  }
  if (listener.tls == TlsMode::off) {
    auth.diagnostics().error("without TLS no client has a certificate", where,
                             R"(the listener has tls = "off")");
  }
}

void read_users(TableReader& table, Logins& logins) {
  table.read("users", logins.users_file);
  const TomlNode* const found = table.find("users");
  if (found == nullptr || found->kind != TomlNode::Kind::text) return;
  const std::string key = table.path_of("users");
  const std::string how =
      fmt::format("`quoth passwd add USER --file {}` makes it", logins.users_file);
  if (!check_file(logins.users_file, key, found->where, table.diagnostics(), how)) return;
  const Result<credentials::FileText> file = credentials::read_file(logins.users_file);
  if (!file) return;
  const credentials::ParsedUsers parsed = credentials::parse_users(file->text);
  if (parsed.problems.empty()) return;
  table.diagnostics().error(fmt::format("`{}` is no users file", key), found->where,
                            credentials::problem_text(logins.users_file, parsed.problems.front()));
}

void read_failures(TableReader& table, AuthOptions& options) {
  table.read_count_or_off("failures", options.failures, {.max = 1'000'000});
  table.read_count_or_off("attempts", options.attempts, {.max = 1'000'000});
  std::chrono::milliseconds window = options.failure_window;
  table.read_duration("failure_window", window, {.min = std::chrono::seconds{1}, .min_text = "1s"});
  options.failure_window = std::chrono::duration_cast<std::chrono::seconds>(window);
}

/// Whether some mechanism is ever offered: without TLS, those that show the password are not.
bool can_work(const Listener& listener) {
  const AuthOptions& options = listener.auth.options;
  return std::ranges::any_of(options.mechanisms, [&](const std::string& name) {
    if (listener.tls != TlsMode::off) return true;
    return is_for_passwords(name) ? options.plain_text_in_clear : !name.ends_with("-PLUS");
  });
}

void check_auth(TableReader& table, const Listener& listener, Region where) {
  Diagnostics& diagnostics = table.diagnostics();
  const AuthOptions& options = listener.auth.options;
  if (options.mechanisms.empty()) {
    diagnostics.error("nobody can log in: `listener.auth.users` is missing", where,
                      R"(add users = "FILE", which `quoth passwd add USER --file FILE` makes)");
  } else if (!can_work(listener)) {
    diagnostics.error("nobody can log in: every mechanism needs TLS", where,
                      R"(the listener has tls = "off"; clear_text = true lets passwords through)");
  }
  if (options.plain_text_in_clear && listener.role != Role::dev) {
    diagnostics.warning("passwords may go over the network in the clear", where,
                        "RFC 4954 §4: without clear_text = true they need TLS");
  }
}

/// Who has to log in and who may relay must be possible.
void check_without_auth(TableReader& table, const Listener& listener) {
  if (listener.role == Role::submission && listener.relay.networks.empty()) {
    table.diagnostics().error(
        "nobody can submit mail: `listener.auth` is missing", table.node().where,
        R"(add auth = { users = "FILE" }, which `quoth passwd add USER --file FILE` makes)");
  } else if (listener.relay.for_authenticated && listener.role == Role::mx) {
    table.diagnostics().error("`listener.relay` is for users who log in, and nobody can",
                              table.find("relay")->where, R"(add auth = { users = "FILE" })");
  }
}

}  // namespace

void read_auth(TableReader& listener_table, Listener& listener, const TlsOptions& tls) {
  AuthOptions& options = listener.auth.options;
  options.plain_text_in_clear = listener.role == Role::dev;
  const bool is_submission = listener.role == Role::submission;
  options.is_required = is_submission && listener.relay.networks.empty();
  std::optional<TableReader> table = listener_table.read_table("auth");
  if (!table) {
    options.mechanisms = default_mechanisms(listener.role, {});
    if (listener_table.find("auth") == nullptr) check_without_auth(listener_table, listener);
    return;
  }
  read_users(*table, listener.auth);
  read_certificate_users(*table, listener, tls);
  read_mechanisms(*table, listener);
  table->read_flag("clear_text", options.plain_text_in_clear);
  table->read_flag("required", options.is_required);
  read_failures(*table, options);
  check_auth(*table, listener, table->node().where);
  table->finish();
}

}  // namespace quoth::app
