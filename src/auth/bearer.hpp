#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/mechanism.hpp"

/// What OAUTHBEARER and XOAUTH2 have in common: pairs with U+0001 between them, and an error that
/// is told in JSON before the exchange fails.
namespace quoth::auth {

/// The pairs that mean something.
struct BearerPairs {
  std::string_view authorization;  ///< "auth": its scheme and what belongs to that; may be empty.
  std::string_view user;           ///< "user"; empty if there is none.
};

/// *kvpair kvsep of RFC 7628 §3.1. None if it is not, "auth" is not there, or one of those that
/// mean something is there twice. Others are passed over.
[[nodiscard]] std::optional<BearerPairs> parse_bearer_pairs(std::string_view text);

/// The client's one message.
struct BearerMessage {
  std::string user;                ///< Not yet prepared; may be empty.
  std::string_view authorization;  ///< As in BearerPairs.
};

/// Reads it as one of the mechanisms has it.
using ParseBearer = std::optional<BearerMessage> (*)(std::string_view text);

/// @param error what the client is told when its token is refused, in JSON.
[[nodiscard]] std::unique_ptr<Exchange> make_bearer(ParseBearer parse, std::string_view error);

}  // namespace quoth::auth
