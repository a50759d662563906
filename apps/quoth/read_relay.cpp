#include <cstddef>
#include <fstream>
#include <ios>
#include <iterator>
#include <optional>
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

// What is wider than this is no network of one's own.
constexpr std::size_t widest_v4 = 8;
constexpr std::size_t widest_v6 = 16;

/// What a list of networks is for, and what it would do if everybody were in it.
struct NetworkList {
  std::string_view key;
  std::string_view too_wide;
  std::string_view why;
};

bool is_too_wide(const Network& network) noexcept {
  if (network.is_unix()) return false;
  return network.prefix_length() < (network.is_v4() ? widest_v4 : widest_v6);
}

/// Whether `text` is a network; what is none, or too wide for the list, is reported.
bool check_network(const Located& text, const NetworkList& list, std::string_view path,
                   Diagnostics& diagnostics) {
  try {
    if (is_too_wide(Network::parse(text.text))) {
      diagnostics.error(
          std::string{list.too_wide}, text.where,
          fmt::format("{} is {}: {}; name your own networks, /{} or longer (IPv6: /{})", text.text,
                      text.text.ends_with("/0") ? "everybody" : "a large part of the Internet",
                      list.why, widest_v4, widest_v6));
    }
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

std::vector<std::string> read_networks(TableReader& table, const NetworkList& list) {
  std::vector<std::string> result;
  const auto texts = table.read_texts(list.key);
  if (!texts) return result;
  const std::string path = table.path_of(list.key);
  for (const Located& text : *texts) {
    if (check_network(text, list, path, table.diagnostics())) result.push_back(text.text);
  }
  return result;
}

constexpr NetworkList relay_list{"relay", "an open relay",
                                 "whoever is in it may send to anybody in your name"};

/// A list of `trust`.
NetworkList trust_list(std::string_view key) {
  return {key, "strangers are trusted", "whoever is in it may speak for anybody"};
}

void check_relay(TableReader& table, const Listener& listener, Region where) {
  Diagnostics& diagnostics = table.diagnostics();
  if (!listener.relay.is_possible()) return;
  if (listener.role == Role::dev) {
    diagnostics.error("a listener for developers relays nothing", where,
                      R"(it believes everybody; role = "submission" is for users who log in)");
  } else if (listener.role == Role::lmtp) {
    diagnostics.error("an LMTP listener relays nothing", where,
                      R"(it delivers; role = "mx" or "submission" can)");
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

void read_relay(TableReader& table, Listener& listener) {
  listener.relay.for_authenticated = listener.role == Role::submission;
  const TomlNode* const found = table.find("relay");
  if (found == nullptr) return;
  const bool is_text = found->kind == TomlNode::Kind::text;
  if (!is_text && found->kind != TomlNode::Kind::array) {
    table.wrong_kind("relay", *found, relay_forms);
    return;
  }
  if (is_text && (found->text == "never" || found->text == "authenticated")) {
    listener.relay.for_authenticated = found->text == "authenticated";
  } else if (is_text) {
    table.diagnostics().error("`listener.relay` has an unknown value", found->where,
                              fmt::format("expected {}", relay_forms));
  } else {
    listener.relay.networks = read_networks(table, relay_list);
  }
  check_relay(table, listener, found->where);
}

void read_trust(TableReader& listener_table, Listener& listener) {
  std::optional<TableReader> table = listener_table.read_table("trust");
  if (!table) return;
  listener.trust.proxy = read_networks(*table, trust_list("proxy"));
  listener.trust.xclient = read_networks(*table, trust_list("xclient"));
  listener.trust.xforward = read_networks(*table, trust_list("xforward"));
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
  if (!is_file) {
    take_senders(node, path, listener.senders, diagnostics);
    return;
  }
  load_senders(node.entries.front().value, key_path(path, "file"), listener.senders, diagnostics);
}

}  // namespace quoth::app
