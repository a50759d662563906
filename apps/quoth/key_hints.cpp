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
constexpr std::array<std::string_view, 12> of_later_versions{"tls",     "auth",  "relay",   "trust",
                                                             "queue",   "store", "policy",  "web",
                                                             "privacy", "rate",  "metrics", "dkim"};

struct Home {
  std::string_view key;
  std::string_view place;
};

constexpr std::string_view top = "the top of the file, before any [table]";

constexpr std::array<Home, 39> homes{{{"hostname", top},
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
                                      {"level", "[log]"}}};

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
  if (const std::string_view meant = closest(key, known); !meant.empty()) {
    return fmt::format("did you mean `{}`?", meant);
  }
  const auto* const home = std::ranges::find_if(homes, [&](const Home& h) { return h.key == key; });
  if (home != homes.end()) return fmt::format("`{}` belongs to {}", key, home->place);
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
