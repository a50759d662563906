#include "auth/gs2.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "auth/name.hpp"
#include "core/ascii.hpp"

namespace quoth::auth {
namespace {

/// cb-name of RFC 5802 §7.
bool is_binding_type(std::string_view text) noexcept {
  const auto is_right = [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-'; };
  return !text.empty() && std::ranges::all_of(text, is_right);
}

/// gs2-cbind-flag of RFC 5802 §7.
bool read_flag(std::string_view field, Gs2Header& header) noexcept {
  if (field.starts_with("p=")) {
    header.flag = 'p';
    header.binding_type = field.substr(2);
    return is_binding_type(header.binding_type);
  }
  if (field != "n" && field != "y") return false;
  header.flag = field.front();
  return true;
}

}  // namespace

std::optional<std::string_view> take_field(std::string_view& message) noexcept {
  const std::size_t comma = message.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const std::string_view field = message.substr(0, comma);
  message.remove_prefix(comma + 1);
  return field;
}

std::optional<std::string> decode_saslname(std::string_view text) {
  std::string name;
  while (!text.empty()) {
    const bool is_comma = text.starts_with("=2C");
    if (is_comma || text.starts_with("=3D")) {
      name.push_back(is_comma ? ',' : '=');
      text.remove_prefix(3);
      continue;
    }
    // Anything else behind "=" has to fail (RFC 5802 §5.1).
    if (text.front() == '=' || text.front() == ',') return std::nullopt;
    name.push_back(text.front());
    text.remove_prefix(1);
  }
  return is_name(name) ? std::optional{std::move(name)} : std::nullopt;
}

std::optional<Gs2Header> take_gs2_header(std::string_view& message) {
  const std::string_view whole = message;
  Gs2Header header;
  const std::optional<std::string_view> flag = take_field(message);
  if (!flag || !read_flag(*flag, header)) return std::nullopt;
  const std::optional<std::string_view> authorization = take_field(message);
  if (!authorization) return std::nullopt;
  if (!authorization->empty()) {
    if (!authorization->starts_with("a=")) return std::nullopt;
    std::optional<std::string> name = decode_saslname(authorization->substr(2));
    if (!name) return std::nullopt;
    header.authorization = *std::move(name);
  }
  header.text = whole.substr(0, whole.size() - message.size());
  return header;
}

}  // namespace quoth::auth
