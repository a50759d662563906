#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "auth/bearer.hpp"
#include "auth/makers.hpp"
#include "auth/mechanism.hpp"
#include "auth/name.hpp"

namespace quoth::auth {
namespace {

/// "user=" name U+0001 "auth=Bearer " token U+0001 U+0001, as Google and Microsoft describe it.
std::optional<BearerMessage> parse(std::string_view text) {
  const std::optional<BearerPairs> pairs = parse_bearer_pairs(text);
  if (!pairs || !is_name(pairs->user)) return std::nullopt;
  return BearerMessage{.user = std::string{pairs->user}, .authorization = pairs->authorization};
}

}  // namespace

std::unique_ptr<Exchange> make_xoauth2(const ExchangeFacts& /*facts*/) {
  return make_bearer(parse, R"({"status":"401","schemes":"bearer"})");
}

}  // namespace quoth::auth
