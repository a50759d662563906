#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <quoth/version.hpp>

#include "apps/quoth/config_sections.hpp"
#include "apps/quoth/key_hints.hpp"
#include "apps/quoth/mail_names.hpp"

namespace quoth::app {
namespace {

/// Keys of TOML differ in case, domains do not.
bool stands_twice(const TomlNode& table, const TomlEntry& entry) {
  return std::ranges::any_of(table.entries, [&](const TomlEntry& other) {
    return &other < &entry && canonical_name(other.key) == canonical_name(entry.key);
  });
}

bool check_domain(const TableReader& table, const TomlEntry& entry, Diagnostics& diagnostics) {
  std::string problem = problem_of_domain_pattern(entry.key);
  if (problem.empty() && stands_twice(table.node(), entry)) {
    problem = "the same domain stands above, in another form";
  }
  if (problem.empty()) return true;
  diagnostics.error(fmt::format("bad domain in `{}`", table.path()), entry.key_where, problem);
  return false;
}

std::vector<std::string> read_local_patterns(const TomlEntry& entry, Diagnostics& diagnostics) {
  std::vector<std::string> patterns;
  const std::string path = key_path("recipients", entry.key);
  if (entry.value.kind != TomlNode::Kind::array) {
    std::string hint = fmt::format(R"(expected a list such as ["ann", "sales-*"], found {})",
                                   kind_name(entry.value.kind));
    if (entry.value.kind == TomlNode::Kind::table) {
      hint += fmt::format("; quoth {} does not read recipients from a file yet", version());
    }
    diagnostics.error(fmt::format("wrong type of `{}`", path), entry.value.where, hint);
    return patterns;
  }
  for (Located& pattern : read_text_items(entry.value, path, diagnostics)) {
    const std::string problem = problem_of_local_pattern(pattern.text, entry.key);
    if (!problem.empty())
      diagnostics.error(fmt::format("bad recipient in `{}`", path), pattern.where, problem);
    patterns.push_back(std::move(pattern.text));
  }
  return patterns;
}

void read_route(const TomlEntry& entry, Config& config, Diagnostics& diagnostics) {
  const std::string path = key_path("route", entry.key);
  if (entry.value.kind != TomlNode::Kind::table) {
    diagnostics.error(
        fmt::format("wrong type of `{}`", path), entry.value.where,
        fmt::format("expected a table with `via`, found {}", kind_name(entry.value.kind)));
    return;
  }
  TableReader table{entry.value, path, diagnostics};
  MailRoute route{.domain = canonical_name(entry.key), .via = {}};
  table.read("via", route.via);
  const TomlNode* via = table.find("via");
  if (via == nullptr) {
    diagnostics.error(fmt::format("`{}` has no `via`", path), entry.key_where,
                      R"(add via = "maildir:/var/mail/{domain}/{local}")");
  } else if (via->kind == TomlNode::Kind::text) {
    const std::string problem = problem_of_via(route.via);
    if (!problem.empty()) {
      diagnostics.error(fmt::format("bad `{}`", table.path_of("via")), via->where, problem);
    }
  }
  table.finish();
  config.routes.push_back(std::move(route));
}

}  // namespace

void read_recipients(TableReader& root, Config& config, ConfigPlaces& places) {
  const auto table = root.read_table("recipients");
  if (!table) return;
  config.recipients.emplace();
  for (const TomlEntry& entry : table->node().entries) {
    if (!check_domain(*table, entry, root.diagnostics())) continue;
    std::string domain = canonical_name(entry.key);
    places.recipient_domains.push_back({domain, entry.key_where});
    (*config.recipients)[std::move(domain)] = read_local_patterns(entry, root.diagnostics());
  }
}

void read_routes(TableReader& root, Config& config) {
  const auto table = root.read_table("route");
  if (!table) return;
  config.routes.clear();
  for (const TomlEntry& entry : table->node().entries) {
    if (check_domain(*table, entry, root.diagnostics())) {
      read_route(entry, config, root.diagnostics());
    }
  }
}

}  // namespace quoth::app
