#pragma once

#include <memory>

#include "auth/mechanism.hpp"

/// Who begins an exchange of which mechanism: for the table in mechanism.cpp.
namespace quoth::auth {

/// RFC 5802, RFC 7677.
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha1(ExchangeFacts facts);
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha1_plus(ExchangeFacts facts);
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha256(ExchangeFacts facts);
[[nodiscard]] std::unique_ptr<Exchange> make_scram_sha256_plus(ExchangeFacts facts);
[[nodiscard]] std::unique_ptr<Exchange> make_external(ExchangeFacts facts);     ///< RFC 4422.
[[nodiscard]] std::unique_ptr<Exchange> make_oauthbearer(ExchangeFacts facts);  ///< RFC 7628.
/// What came before OAUTHBEARER, and is still the only one that some clients have.
[[nodiscard]] std::unique_ptr<Exchange> make_xoauth2(ExchangeFacts facts);
[[nodiscard]] std::unique_ptr<Exchange> make_plain(ExchangeFacts facts);  ///< RFC 4616.
/// Never became a standard; old clients know nothing else.
[[nodiscard]] std::unique_ptr<Exchange> make_login(ExchangeFacts facts);

}  // namespace quoth::auth
