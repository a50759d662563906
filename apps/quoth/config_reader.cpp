#include "apps/quoth/config_reader.hpp"

#include <variant>

#include <fmt/format.h>

#include "apps/quoth/config_sections.hpp"
#include "apps/quoth/mail_names.hpp"

namespace quoth::app {
namespace {

void read_hostname(TableReader& root, Config& config) {
  root.read("hostname", config.hostname);
  if (config.hostname.empty()) return;
  const std::string problem = problem_of_domain(config.hostname);
  if (problem.empty()) return;
  root.diagnostics().error("`hostname` is no host name", root.find("hostname")->where, problem);
}

void read_user(TableReader& root, Config& config) {
  root.read("user", config.user);
  const TomlNode* found = root.find("user");
  const bool is_empty =
      found != nullptr && found->kind == TomlNode::Kind::text && config.user.empty();
  if (is_empty) root.diagnostics().error("`user` is empty", found->where, "expected a user's name");
}

void report(const TomlError& error, Diagnostics& diagnostics) {
  std::string_view reason = error.message;
  constexpr std::string_view prefix = "Error while parsing ";
  if (reason.starts_with(prefix)) reason.remove_prefix(prefix.size());
  diagnostics.error("this is not TOML", error.where, std::string{reason});
}

}  // namespace

ReadConfig read_config(std::string_view text, const std::string& filename) {
  ReadConfig result{.config = {}, .diagnostics = Diagnostics{filename, text}};
  const std::variant<TomlNode, TomlError> parsed = parse_toml(text);
  if (const auto* error = std::get_if<TomlError>(&parsed)) {
    report(*error, result.diagnostics);
    return result;
  }
  TableReader root{std::get<TomlNode>(parsed), "", result.diagnostics};
  Config& config = result.config;
  ConfigPlaces places;
  read_hostname(root, config);
  read_user(root, config);
  root.read_count("threads", config.threads, {.min = 0, .max = 1024});
  read_tls(root, config);
  read_listeners(root, config, places);
  read_recipients(root, config, places);
  read_routes(root, config);
  read_limits(root, config);
  read_defences(root, config);
  read_log(root, config);
  root.finish();
  check_config(config, places, result.diagnostics);
  return result;
}

}  // namespace quoth::app
