#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/quoth/config_sections.hpp"
#include "apps/quoth/listen_address.hpp"
#include "apps/quoth/listener_sections.hpp"
#include "apps/quoth/mail_names.hpp"

namespace quoth::app {
namespace {

/// An address that was found in the file, to be held against those after it.
struct Taken {
  ListenAddress address;
  Region where;
};

void check_address(const Located& text, std::vector<Taken>& taken, Diagnostics& diagnostics) {
  std::variant<ListenAddress, std::string> parsed = parse_listen_address(text.text);
  if (const auto* problem = std::get_if<std::string>(&parsed)) {
    diagnostics.error("bad address in `listener.listen`", text.where, *problem);
    return;
  }
  auto& address = std::get<ListenAddress>(parsed);
  const auto other =
      std::ranges::find_if(taken, [&](const Taken& t) { return t.address.collides_with(address); });
  if (other != taken.end()) {
    diagnostics.error("the address is taken twice", text.where,
                      fmt::format("line {} listens there already", other->where.begin.line));
  }
  taken.push_back({std::move(address), text.where});
}

void read_addresses(TableReader& table, Listener& listener, std::vector<Taken>& taken) {
  const auto addresses = table.read_texts("listen");
  const TomlNode* found = table.find("listen");
  if (found == nullptr) {
    check_address({listener.listen.front(), table.node().where}, taken, table.diagnostics());
    return;
  }
  if (!addresses) return;
  listener.listen.clear();
  for (const Located& address : *addresses) {
    check_address(address, taken, table.diagnostics());
    listener.listen.push_back(address.text);
  }
  if (found->kind == TomlNode::Kind::array && found->items.empty()) {
    table.diagnostics().error("`listener.listen` is empty", found->where,
                              "expected at least one address, such as \"127.0.0.1:25\"");
  }
}

void read_accept(TableReader& table, Listener& listener, ConfigPlaces& places) {
  const auto domains = table.read_texts("accept");
  const bool is_absent = table.find("accept") == nullptr;
  if (is_absent && listener.role == Role::dev) {
    places.accepted.push_back({listener.accept.front(), table.node().where});
    return;
  }
  if (is_absent && listener.role != Role::submission) {
    table.diagnostics().error(
        "a listener takes no mail: `listener.accept` is missing", table.node().where,
        R"(add accept = ["example.org"] for the domains you take mail for; ["*"]: all)");
  }
  listener.accept.clear();
  if (!domains) return;
  for (const Located& domain : *domains) {
    const std::string problem = problem_of_domain_pattern(domain.text);
    if (!problem.empty()) {
      table.diagnostics().error("bad domain in `listener.accept`", domain.where, problem);
      continue;
    }
    if (domain.text == "*" && listener.role == Role::submission) {
      table.diagnostics().warning("users may send as their names at every domain there is",
                                  domain.where, "name the domains that are yours");
    }
    listener.accept.push_back(canonical_name(domain.text));
    places.accepted.push_back({listener.accept.back(), domain.where});
  }
}

void read_alias(TableReader& table, Listener& listener, const std::vector<Listener>& others) {
  table.read("name", listener.alias);
  const TomlNode* found = table.find("name");
  const Region where = found == nullptr ? table.node().where : found->where;
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (listener.alias.empty() || listener.alias.find_first_not_of(allowed) != std::string::npos) {
    table.diagnostics().error("bad `listener.name`", where,
                              R"(expected letters, digits, "-", "_" and ".")");
  }
  if (std::ranges::any_of(others,
                          [&](const Listener& other) { return other.alias == listener.alias; })) {
    table.diagnostics().error(fmt::format("two listeners have the name `{}`", listener.alias),
                              where, "give one another `name`: it tells them apart in the log");
  }
}

void read_mode(TableReader& table, Listener& listener) {
  const TomlNode* found = table.find("mode");
  if (found == nullptr) return;
  constexpr std::string_view expected = R"(permissions such as "0660", as chmod takes them)";
  if (found->kind != TomlNode::Kind::text) {
    table.wrong_kind("mode", *found, expected);
    return;
  }
  const std::string& text = found->text;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), listener.unix_mode, 8);
  if (error == std::errc{} && end == text.data() + text.size() && listener.unix_mode <= 0777) {
    return;
  }
  table.diagnostics().error("bad `listener.mode`", found->where,
                            fmt::format("expected {}", expected));
}

void read_role(TableReader& table, Listener& listener) {
  const std::vector<std::string_view> roles{"mx", "submission", "lmtp", "dev"};
  if (const auto role = table.read_choice("role", roles)) {
    listener.role = static_cast<Role>(*role);
  }
}

void read_text_rules(TableReader& table, Listener& listener) {
  const std::vector<std::string_view> line_ends{"reject", "normalise", "pass"};
  const std::vector<std::string_view> others{"reject", "pass"};
  if (const auto rule = table.read_choice("line_ends", line_ends)) {
    listener.text.bare_line_ends = static_cast<smtp::BareLineEnds>(*rule);
  }
  if (const auto rule = table.read_choice("long_lines", others)) {
    listener.text.passes_long_lines = *rule == 1;
  }
  if (const auto rule = table.read_choice("nul", others)) listener.text.passes_nul = *rule == 1;
}

/// RFC 2033 §5: LMTP is not LMTP without these two.
void check_for_lmtp(TableReader& table, std::string_view name, Role role, bool is_offered) {
  const bool is_needed = name == "pipelining" || name == "enhancedstatuscodes";
  if (role != Role::lmtp || !is_needed || is_offered) return;
  table.diagnostics().error(fmt::format("LMTP cannot be without `{}`", name),
                            table.find(name)->where, "RFC 2033 §5 has every server offer it");
}

void read_extensions(TableReader& listener_table, Listener& listener) {
  std::optional<TableReader> table = listener_table.read_table("extensions");
  if (!table) return;
  constexpr std::array<std::string_view, 15> names{
      "pipelining", "size",   "8bitmime",  "enhancedstatuscodes", "chunking",    "binarymime",
      "smtputf8",   "limits", "dsn",       "deliverby",           "mt-priority", "futurerelease",
      "rrvs",       "etrn",   "requiretls"};
  for (const std::string_view name : names) {
    bool is_offered = false;
    if (!table->read_flag(name, is_offered)) continue;
    std::string keyword{name};
    for (char& c : keyword) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    listener.extensions[keyword] = is_offered;
    check_for_lmtp(*table, name, listener.role, is_offered);
  }
  table->finish();
}

/// The domains that listeners other than those of developers accept.
std::vector<std::string> accepted_domains(const std::vector<Listener>& listeners) {
  std::vector<std::string> domains;
  for (const Listener& listener : listeners) {
    if (listener.role == Role::dev) continue;
    for (const std::string& domain : listener.accept) {
      if (std::ranges::find(domains, domain) == domains.end()) domains.push_back(domain);
    }
  }
  return domains;
}

/// What the others accept is ours for the users of a submission listener that says nothing; but "*"
/// is not, by which each user would own his name at every domain there is.
void share_domains(std::vector<Listener>& listeners, const ConfigPlaces& places,
                   Diagnostics& diagnostics) {
  std::vector<std::string> domains = accepted_domains(listeners);
  const bool has_all = std::erase(domains, "*") > 0;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    Listener& listener = listeners[i];
    if (listener.role != Role::submission || !listener.accept.empty()) continue;
    listener.accept = domains;
    if (!has_all) continue;
    constexpr std::string_view hint = R"(add accept = ["example.org"], the domains of its users)";
    if (domains.empty()) {
      diagnostics.error(
          fmt::format("`{}` has no domains: others accept \"*\", which is not its users'",
                      listener.alias),
          places.listeners[i], std::string{hint});
    } else {
      diagnostics.warning(fmt::format("the domains of `{}` are {}: \"*\" is not its users'",
                                      listener.alias, fmt::join(domains, ", ")),
                          places.listeners[i], std::string{hint});
    }
  }
}

}  // namespace

void read_listeners(TableReader& root, Config& config, ConfigPlaces& places) {
  const TomlNode* found = root.find("listener");
  if (found == nullptr) return;
  if (found->kind != TomlNode::Kind::array) {
    root.wrong_kind("listener", *found, "[[listener]], with two brackets");
    return;
  }
  config.listeners.clear();
  config.routes.clear();  // only the listener that is built in has a route that is
  std::vector<Taken> taken;
  for (const TomlNode& item : found->items) {
    if (item.kind != TomlNode::Kind::table) {
      root.wrong_kind("listener", item, "[[listener]]");
      continue;
    }
    TableReader table{item, "listener", root.diagnostics()};
    Listener listener;
    const std::size_t number = config.listeners.size() + 1;
    if (number > 1) listener.alias = fmt::format("smtpd-{}", number);
    read_role(table, listener);
    read_addresses(table, listener, taken);
    read_accept(table, listener, places);
    read_alias(table, listener, config.listeners);
    read_mode(table, listener);
    read_listener_tls(table, listener, config.tls);
    read_relay(table, listener);
    read_auth(table, listener, config.tls);
    read_trust(table, listener);
    read_senders(table, listener);
    read_text_rules(table, listener);
    read_extensions(table, listener);
    table.finish();
    const TomlNode* const relay = table.find("relay");
    places.relays.push_back(relay == nullptr ? item.where : relay->where);
    places.listeners.push_back(item.where);
    config.listeners.push_back(std::move(listener));
  }
  share_domains(config.listeners, places, root.diagnostics());
}

}  // namespace quoth::app
