#include "auth/saslprep.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <idn-free.h>
#include <stringprep.h>

#include "core/ascii.hpp"
#include "crypto/secret.hpp"

namespace quoth::auth {
namespace {

using CodePoints = std::vector<std::uint32_t>;

/// NFKC makes no more of a character, of U+FDFA.
constexpr std::size_t longest_decomposition = 18;

struct Free {
  void operator()(void* memory) const noexcept { idn_free(memory); }
};

/// The characters of UTF-8 without NUL; none if it is not well-formed.
std::optional<CodePoints> decode(std::string_view text) {
  std::size_t count = 0;
  const std::unique_ptr<std::uint32_t, Free> decoded{
      stringprep_utf8_to_ucs4(text.data(), static_cast<std::ptrdiff_t>(text.size()), &count)};
  if (!decoded) return std::nullopt;
  // Room for what prepare() needs, so that no copy is left behind.
  CodePoints points;
  points.reserve((count + 1) * longest_decomposition);
  points.assign(decoded.get(), decoded.get() + count);
  crypto::wipe(decoded.get(), count * sizeof(std::uint32_t));
  return points;
}

std::optional<std::string> encode(const CodePoints& points) {
  std::size_t octets = 0;
  const std::unique_ptr<char, Free> encoded{stringprep_ucs4_to_utf8(
      points.data(), static_cast<std::ptrdiff_t>(points.size()), nullptr, &octets)};
  if (!encoded) return std::nullopt;
  std::string text(encoded.get(), octets);
  crypto::wipe(encoded.get(), octets);
  return text;
}

/// Replaces `points` by what the profile makes of them; false if it makes nothing.
bool prepare(CodePoints& points, Unassigned unassigned) {
  std::size_t count = points.size();
  // stringprep() itself would try with a little more again and again.
  points.resize((count + 1) * longest_decomposition);
  const auto flags =
      unassigned == Unassigned::refused ? STRINGPREP_NO_UNASSIGNED : Stringprep_profile_flags{};
  const int status =
      stringprep_4i(points.data(), &count, points.size(), flags, stringprep_saslprep);
  if (status != STRINGPREP_OK) return false;
  points.resize(count);
  return true;
}

}  // namespace

std::optional<std::string> saslprep(std::string_view text, Unassigned unassigned) {
  if (text.size() > max_saslprep_bytes) return std::nullopt;
  // Controls, NUL among them, are prohibited (RFC 4013 §2.3).
  if (std::ranges::any_of(text, ascii::is_control)) return std::nullopt;
  if (std::ranges::none_of(text, ascii::is_high)) return std::string{text};

  std::optional<CodePoints> points = decode(text);
  if (!points) return std::nullopt;
  std::optional<std::string> result;
  if (prepare(*points, unassigned)) result = encode(*points);
  points->resize(points->capacity());
  crypto::wipe(points->data(), points->size() * sizeof(std::uint32_t));
  return result;
}

}  // namespace quoth::auth
