#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "auth/bearer.hpp"
#include "auth/gs2.hpp"
#include "auth/makers.hpp"
#include "auth/mechanism.hpp"

namespace quoth::auth {
namespace {

/// gs2-header kvsep *kvpair kvsep (RFC 7628 §3.1).
std::optional<BearerMessage> parse(std::string_view text) {
  std::optional<Gs2Header> header = take_gs2_header(text);
  // There is no OAUTHBEARER-PLUS.
  if (!header || header->flag == 'p' || !text.starts_with('\x01')) return std::nullopt;
  const std::optional<BearerPairs> pairs = parse_bearer_pairs(text.substr(1));
  if (!pairs) return std::nullopt;
  return BearerMessage{.user = std::move(header->authorization),
                       .authorization = pairs->authorization};
}

}  // namespace

std::unique_ptr<Exchange> make_oauthbearer(const ExchangeFacts& /*facts*/) {
  // RFC 7628 §3.2.2.
  return make_bearer(parse, R"({"status":"invalid_token","schemes":"bearer"})");
}

}  // namespace quoth::auth
