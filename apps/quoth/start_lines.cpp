#include "apps/quoth/start_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <quoth/version.hpp>

#include "apps/quoth/diagnostics.hpp"
#include "apps/quoth/listener_words.hpp"
#include "plugins/shared/pattern.hpp"

namespace quoth::app {
namespace {

constexpr std::string_view maildir = "maildir:";
constexpr std::string_view last_line = "Ctrl-C drains and stops; twice stops now.\n";
constexpr std::size_t pid_column = 85;  // characters before it

/// How many characters, not octets, since a file name may hold any.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string first_line(std::string_view what, long pid) {
  const std::string left = fmt::format("quoth {}  {}", version(), what);
  const std::size_t used = width(left);
  const std::size_t gap = used + 2 < pid_column ? pid_column - used : 2;
  return fmt::format("{}{}pid {}\n", left, std::string(gap, ' '), pid);
}

std::string_view maildir_path(const MailRoute& route) {
  std::string_view path = route.via;
  if (path.starts_with(maildir)) path.remove_prefix(maildir.size());
  return path;
}

std::string join(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// "local.test (3 recipient patterns)": who exists there.
std::string domain_text(const Config& config, const std::string& domain) {
  const std::string name = domain == "*" ? "every domain" : domain;
  if (!config.recipients) return name + " (everyone)";
  std::vector<std::string> keys;
  for (const auto& [key, patterns] : *config.recipients) keys.push_back(key);
  const std::size_t at = plugins::most_specific(keys, domain);
  if (at == keys.size()) return name + " (nobody but postmaster)";
  const std::vector<std::string>& patterns = config.recipients->at(keys[at]);
  return fmt::format("{} ({})", name, join(patterns));
}

void append_domains(const Config& config, std::string& out) {
  std::string_view label = "Domains";
  std::vector<std::string> seen;
  for (const Listener& listener : config.listeners) {
    for (const std::string& domain : listener.accept) {
      if (std::ranges::find(seen, domain) != seen.end()) continue;
      seen.push_back(domain);
      fmt::format_to(std::back_inserter(out), "  {:<7}  {}\n", label, domain_text(config, domain));
      label = "";
    }
  }
}

void append_routes(const Config& config, std::string& out) {
  std::string_view label = "Mail";
  for (const MailRoute& route : config.routes) {
    if (route.via == "discard") continue;
    fmt::format_to(std::back_inserter(out), "  {:<7}  {}   {}   (Maildir)\n", label, route.domain,
                   maildir_path(route));
    label = "";
  }
  for (const std::string& warning : loud_warnings(config)) {
    fmt::format_to(std::back_inserter(out), "  WARNING  {}\n", warning);
  }
}

/// One line for each address: the protocol, once for those that follow each other, and what a
/// client finds there.
class Addresses {
 public:
  Addresses(const Config& config, std::string& out) : config_{config}, out_{out} {}

  void append(std::string_view address, const Listener& listener) {
    const std::string_view protocol = protocol_word(listener);
    fmt::format_to(std::back_inserter(out_), "  {:<7}  {}   {}   ({})\n",
                   protocol == last_ ? "" : protocol, address, listener_words(config_, listener),
                   listener.alias);
    last_ = protocol;
  }

 private:
  const Config& config_;
  std::string& out_;
  std::string_view last_;
};

const Listener& listener_of(const Config& config, const Listening& listening) {
  const auto found = std::ranges::find_if(config.listeners, [&](const Listener& listener) {
    return listener.alias == listening.server;
  });
  return found == config.listeners.end() ? config.listeners.front() : *found;
}

std::string without_file(const Config& config, long pid, const std::vector<Listening>& listeners) {
  std::string out =
      first_line("no configuration: takes mail for every address, relays nothing", pid);
  const auto to = std::back_inserter(out);
  for (const Listening& listener : listeners) {
    fmt::format_to(to, "  SMTP   {}   {}\n", listener.address,
                   listener_words(config, listener_of(config, listener)));
  }
  for (const MailRoute& route : config.routes) {
    fmt::format_to(to, "  Mail   {}   (Maildir)\n", maildir_path(route));
  }
  for (const Listening& listener : listeners) {
    fmt::format_to(to, "  Try    swaks --server {} --to ann@example.com\n", listener.address);
  }
  out += last_line;
  return out;
}

}  // namespace

std::vector<std::string> loud_warnings(const Config& config) {
  std::vector<std::string> warnings;
  for (const Listener& listener : config.listeners) {
    if (listener.role != Role::dev || !is_reachable(listener)) continue;
    warnings.push_back(
        fmt::format("{} has role dev, believes everybody, and is not on loopback alone: {}",
                    listener.alias, fmt::join(listener.listen, ", ")));
  }
  for (const MailRoute& route : config.routes) {
    if (route.via != "discard") continue;
    warnings.push_back(fmt::format("mail for {} is thrown away (route \"discard\")", route.domain));
  }
  return warnings;
}

std::string start_lines(const Config& config, std::string_view filename, long pid,
                        const std::vector<Listening>& listeners) {
  if (filename.empty()) return without_file(config, pid, listeners);
  std::string out = first_line(filename, pid);
  Addresses addresses{config, out};
  for (const Listening& listener : listeners) {
    addresses.append(listener.address, listener_of(config, listener));
  }
  append_domains(config, out);
  append_routes(config, out);
  out += last_line;
  return out;
}

std::string summary_lines(const Config& config, std::string_view filename) {
  std::string out = filename.empty() ? "No file was named; without one, `quoth serve` does this:\n"
                                     : fmt::format("{}: the configuration is good\n", filename);
  Addresses addresses{config, out};
  for (const Listener& listener : config.listeners) {
    for (const std::string& address : listener.listen) addresses.append(address, listener);
  }
  append_domains(config, out);
  append_routes(config, out);
  return out;
}

}  // namespace quoth::app
