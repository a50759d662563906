#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {
namespace {

/// RFC 9422 §3, §4: a name and 1 to 6 digits, not 0. A larger limit is announced as the largest
/// number that there is: a client that keeps to less is right, too.
void append_limit(std::string& out, std::string_view name, std::size_t limit) {
  if (!out.empty()) out += ' ';
  out.append(name).append("=").append(std::to_string(std::clamp<std::size_t>(limit, 1, 999999)));
}

std::string announced(const Limits& limits) {
  std::string text;
  append_limit(text, "RCPTMAX", limits.recipients);
  if (limits.messages) append_limit(text, "MAILMAX", *limits.messages);
  if (limits.recipient_domains) append_limit(text, "RCPTDOMAINMAX", *limits.recipient_domains);
  return text;
}

}  // namespace

Extension limits() { return {.keyword = "LIMITS", .ehlo_value = announced}; }

}  // namespace quoth::smtp::extension
