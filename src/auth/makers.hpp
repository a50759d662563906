#pragma once

#include <memory>

#include "auth/mechanism.hpp"

/// Who begins an exchange of which mechanism: for the table in mechanism.cpp.
namespace quoth::auth {

/// RFC 5802, RFC 7677.
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha1(const ExchangeFacts& facts);
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha1_plus(const ExchangeFacts& facts);
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha256(const ExchangeFacts& facts);
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha256_plus(const ExchangeFacts& facts);
[[nodiscard]] std::unique_ptr<Exchange> make_external(const ExchangeFacts& facts);  ///< RFC 4422.
[[nodiscard]] std::unique_ptr<Exchange> make_oauthbearer(
    const ExchangeFacts& facts);  ///< RFC 7628.
/// What came before OAUTHBEARER, and is still the only one that some clients have.
[[nodiscard]] std::unique_ptr<Exchange> make_xoauth2(const ExchangeFacts& facts);
[[nodiscard]] std::unique_ptr<Exchange> make_plain(const ExchangeFacts& facts);  ///< RFC 4616.
/// Never became a standard; old clients know nothing else.
[[nodiscard]] std::unique_ptr<Exchange> make_login(const ExchangeFacts& facts);

}  // namespace quoth::auth
