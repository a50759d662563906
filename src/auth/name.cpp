#include "auth/name.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "auth/saslprep.hpp"

namespace quoth::auth {

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= max_name_bytes &&
         text.find('\0') == std::string_view::npos;
}

std::optional<std::string> prepare(std::string_view text) {
  // What is compared is a query (RFC 4013 §2.5).
  std::optional<std::string> prepared = saslprep(text, Unassigned::allowed);
  if (prepared && prepared->empty()) prepared.reset();
  return prepared;
}

std::optional<std::string> prepare_authorization(std::string_view text) {
  return text.empty() ? std::optional{std::string{}} : prepare(text);
}

}  // namespace quoth::auth
