#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <quoth/network.hpp>

#include "apps/quoth/file_check.hpp"
#include "apps/quoth/key_hints.hpp"
#include "apps/quoth/listener_sections.hpp"
#include "apps/quoth/mail_names.hpp"

namespace quoth::app {
namespace {

constexpr std::string_view relay_forms =
    R"("never", "authenticated", or networks such as ["192.0.2.0/24", "2001:db8::/32", "unix"])";

/// Whether `text` is a network; otherwise it is reported.
bool check_network(const Located& text, std::string_view path, Diagnostics& diagnostics) {
  try {
    static_cast<void>(Network::parse(text.text));
    return true;
  } catch (const std::invalid_argument& error) {
    std::string_view why = error.what();
    constexpr std::string_view before = " is no network: ";
    if (const auto at = why.find(before); at != std::string_view::npos) {
      why.remove_prefix(at + before.size());
    }
    diagnostics.error(fmt::format("bad network in `{}`", path), text.where, std::string{why});
    return false;
  }
}

void check_relay(TableReader& table, const Listener& listener, Region where) {
  Diagnostics& diagnostics = table.diagnostics();
  if (!listener.relay.is_possible()) return;
  if (listener.role == Role::dev) {
    diagnostics.error("a listener for developers relays nothing", where,
                      R"(it believes everybody; role = "submission" is for users who log in)");
  } else if (listener.role == Role::lmtp) {
    diagnostics.error("an LMTP listener relays nothing", where,
                      "it delivers; role = \"mx\" or \"submission\" can");
  }
  for (const std::string& network : listener.relay.networks) {
    if (!network.ends_with("/0")) continue;
    diagnostics.error("an open relay", where,
                      fmt::format("{} is everybody: name the networks of your own", network));
  }
}

std::string problem_of_sender(std::string_view pattern) {
  if (pattern == "*") return {};
  const std::size_t at = pattern.rfind('@');
  if (at == std::string_view::npos || at == 0) {
    return R"(expected "ann@example.com", "*@lists.example.com" or "*")";
  }
  return problem_of_domain_pattern(pattern.substr(at + 1));
}

void take_senders(const TomlNode& table, const std::string& path, Senders& senders,
                  Diagnostics& diagnostics) {
  for (const TomlEntry& entry : table.entries) {
    const std::string name = key_path(path, entry.key);
    if (entry.value.kind != TomlNode::Kind::array) {
      diagnostics.error(fmt::format("wrong type of `{}`", name), entry.value.where,
                        fmt::format(R"(expected a list such as ["ann@example.com"], found {})",
                                    kind_name(entry.value.kind)));
      continue;
    }
    for (Located& pattern : read_text_items(entry.value, name, diagnostics)) {
      const std::string problem = problem_of_sender(pattern.text);
      if (!problem.empty()) {
        diagnostics.error(fmt::format("bad address in `{}`", name), pattern.where, problem);
      }
      senders[entry.key].push_back(std::move(pattern.text));
    }
  }
}

/// A file that is TOML itself: `"ann" = ["ann@example.com"]`.
void load_senders(const TomlNode& file, const std::string& path, Senders& senders,
                  Diagnostics& diagnostics) {
  if (!check_file(file.text, path, file.where, diagnostics)) return;
  std::ifstream stream{file.text, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{stream}, {}};
  const std::variant<TomlNode, TomlError> parsed = parse_toml(text);
  if (const auto* error = std::get_if<TomlError>(&parsed)) {
    diagnostics.error(fmt::format("`{}` is not TOML in line {}", path, error->where.begin.line),
                      file.where, error->message);
    return;
  }
  Diagnostics inside{file.text, text};
  take_senders(std::get<TomlNode>(parsed), "", senders, inside);
  if (inside.error_count() == 0) return;
  diagnostics.error(fmt::format("`{}` has {}", path, counted(inside.error_count(), "error")),
                    file.where, R"(each line is USER = ["ADDRESS", …], as in `senders` itself)");
}

}  // namespace

std::vector<std::string> read_networks(TableReader& table, std::string_view key) {
  std::vector<std::string> result;
  const auto texts = table.read_texts(key);
  if (!texts) return result;
  for (const Located& text : *texts) {
    if (check_network(text, table.path_of(key), table.diagnostics())) result.push_back(text.text);
  }
  return result;
}

void read_relay(TableReader& table, Listener& listener) {
  listener.relay.for_authenticated = listener.role == Role::submission;
  const TomlNode* const found = table.find("relay");
  if (found == nullptr) return;
  const bool is_text = found->kind == TomlNode::Kind::text;
  if (!is_text && found->kind != TomlNode::Kind::array) {
    return table.wrong_kind("relay", *found, relay_forms);
  }
  if (is_text && (found->text == "never" || found->text == "authenticated")) {
    listener.relay.for_authenticated = found->text == "authenticated";
  } else if (is_text) {
    table.diagnostics().error("`listener.relay` has an unknown value", found->where,
                              fmt::format("expected {}", relay_forms));
  } else {
    listener.relay.networks = read_networks(table, "relay");
  }
  check_relay(table, listener, found->where);
}

void read_trust(TableReader& listener_table, Listener& listener) {
  std::optional<TableReader> table = listener_table.read_table("trust");
  if (!table) return;
  listener.trust.proxy = read_networks(*table, "proxy");
  listener.trust.xclient = read_networks(*table, "xclient");
  listener.trust.xforward = read_networks(*table, "xforward");
  table->finish();
}

void read_senders(TableReader& listener_table, Listener& listener) {
  std::optional<TableReader> table = listener_table.read_table("senders");
  if (!table) return;
  Diagnostics& diagnostics = listener_table.diagnostics();
  if (listener.role != Role::submission) {
    diagnostics.error("`listener.senders` is for submission", table->node().where,
                      "add role = \"submission\": elsewhere senders are not of our users");
    return;
  }
  const TomlNode& node = table->node();
  const bool is_file = node.entries.size() == 1 && node.entries.front().key == "file" &&
                       node.entries.front().value.kind == TomlNode::Kind::text;
  const std::string path = table->path();
  if (!is_file) return take_senders(node, path, listener.senders, diagnostics);
  load_senders(node.entries.front().value, key_path(path, "file"), listener.senders, diagnostics);
}

}  // namespace quoth::app
