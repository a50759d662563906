#include "delivery/route_table.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::delivery {
namespace {

constexpr std::string_view maildir_scheme = "maildir:";

RouteTable::Target read_target(const Route& route) {
  if (route.via == "discard") return {};
  if (route.via.starts_with(maildir_scheme)) {
    return {maildir::PathTemplate{route.via.substr(maildir_scheme.size())}};
  }
  throw std::invalid_argument("route \"" + route.domain_pattern +
                              "\": via is \"maildir:PATH\" or " + "\"discard\", not \"" +
                              route.via + '"');
}

bool matches(std::string_view pattern, std::string_view domain) noexcept {
  if (pattern == "*") return true;
  if (!pattern.starts_with("*.")) return pattern == domain;
  pattern.remove_prefix(1);
  return domain.size() > pattern.size() && domain.ends_with(pattern);
}

/// As the domains of mailboxes are written.
std::string read_pattern(const Route& route) {
  if (route.domain_pattern.empty()) throw std::invalid_argument("a route needs a domain");
  Result<std::string> pattern = mail::canonical_pattern(route.domain_pattern);
  if (!pattern) {
    throw std::invalid_argument("route \"" + route.domain_pattern +
                                "\": " + pattern.error().message());
  }
  return *std::move(pattern);
}

/// Exact names before patterns, long patterns before short ones; equal ones side by side.
auto rank(std::string_view pattern) noexcept {
  return std::tuple{pattern.starts_with('*'), -static_cast<std::ptrdiff_t>(pattern.size()),
                    pattern};
}

}  // namespace

RouteTable::RouteTable(const std::vector<Route>& routes) {
  for (const Route& route : routes) {
    entries_.push_back({read_pattern(route), read_target(route)});
  }
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return rank(a.pattern) < rank(b.pattern); });
  const auto twice =
      std::adjacent_find(entries_.begin(), entries_.end(),
                         [](const Entry& a, const Entry& b) { return a.pattern == b.pattern; });
  if (twice != entries_.end()) {
    throw std::invalid_argument("route \"" + twice->pattern + "\" stands twice");
  }
}

const RouteTable::Target* RouteTable::find(std::string_view domain) const noexcept {
  for (const Entry& entry : entries_) {
    if (matches(entry.pattern, domain)) return &entry.target;
  }
  return nullptr;
}

Result<std::vector<std::string>> RouteTable::maildirs(const smtp::Envelope& envelope) const {
  std::vector<std::string> result;
  for (const smtp::RcptArguments& rcpt : envelope.recipients) {
    const Target* const target = find(rcpt.recipient.domain());
    if (target == nullptr) {
      return make_error_code(boost::system::errc::destination_address_required);
    }
    if (!target->maildir) continue;
    Result<std::string> maildir = target->maildir->expand(rcpt.recipient);
    if (!maildir) return maildir.error();
    result.push_back(*std::move(maildir));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace quoth::delivery
