#pragma once

#include <string>

#include <quoth/result.hpp>

namespace quoth::net {

/// What OpenSSL says went wrong first, in words; empties the thread's error queue.
/// asio::error::no_memory if it does not say.
[[nodiscard]] error_code take_tls_error() noexcept;

/// The same in words, for whoever reads the log.
[[nodiscard]] std::string take_tls_error_text();

/// Why a certificate is not trusted: `verify_result` is an X509_V_ERR of OpenSSL.
[[nodiscard]] error_code certificate_error(long verify_result) noexcept;

}  // namespace quoth::net
