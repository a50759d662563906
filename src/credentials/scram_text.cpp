#include "credentials/scram_text.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "auth/scram_keys.hpp"
#include "core/base64.hpp"

namespace quoth::credentials {
namespace {

/// Takes what stands ahead of `end` off `text`, with it. None: there is no `end`.
std::optional<std::string_view> take_until(std::string_view& text, char end) noexcept {
  const std::size_t size = text.find(end);
  if (size == std::string_view::npos) return std::nullopt;
  const std::string_view result = text.substr(0, size);
  text.remove_prefix(size + 1);
  return result;
}

std::optional<std::uint32_t> parse_iterations(std::string_view text) noexcept {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || text.starts_with('0')) return std::nullopt;
  if (number < min_iterations || number > max_iterations) return std::nullopt;
  return number;
}

std::optional<auth::ScramHash> parse_scram_name(std::string_view name) noexcept {
  if (name == "SCRAM-SHA-256") return auth::ScramHash::sha256;
  if (name == "SCRAM-SHA-1") return auth::ScramHash::sha1;
  return std::nullopt;
}

}  // namespace

std::string_view scram_name(auth::ScramHash hash) noexcept {
  return hash == auth::ScramHash::sha1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256";
}

std::optional<NamedKeys> parse_scram(std::string_view text) {
  const auto name = take_until(text, '$');
  const auto iterations = take_until(text, ':');
  const auto salt = take_until(text, '$');
  const auto stored_key = take_until(text, ':');
  if (!name || !iterations || !salt || !stored_key) return std::nullopt;
  const auto hash = parse_scram_name(*name);
  const auto number = parse_iterations(*iterations);
  auto salt_octets = decode_base64(*salt);
  auto stored_octets = decode_base64(*stored_key);
  auto server_octets = decode_base64(text);
  if (!hash || !number || !salt_octets || !stored_octets || !server_octets) return std::nullopt;
  if (salt_octets->size() > max_salt_bytes) return std::nullopt;
  NamedKeys found{*hash, {*salt_octets, *number, *stored_octets, *server_octets}};
  if (!auth::are_usable(found.keys, *hash)) return std::nullopt;
  return found;
}

std::string format_scram(auth::ScramHash hash, const auth::ScramKeys& keys) {
  return fmt::format("{}${}:{}${}:{}", scram_name(hash), keys.iterations, encode_base64(keys.salt),
                     encode_base64(keys.stored_key), encode_base64(keys.server_key));
}

}  // namespace quoth::credentials
