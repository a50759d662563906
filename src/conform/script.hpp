#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "conform/case.hpp"

/// The words that cases are written in.
namespace quoth::conform {

inline constexpr const char* crlf = "\r\n";

/// Sends a line, with its CRLF, and awaits one of these replies.
[[nodiscard]] Step say(std::string line, std::string codes);

/// Sends octets as they are; awaits nothing.
[[nodiscard]] Step raw(std::string octets);

/// Awaits a reply.
[[nodiscard]] Step reply(std::string codes);

/// Awaits the end of the connection.
[[nodiscard]] Step end();

[[nodiscard]] Step pause(std::chrono::milliseconds time);
[[nodiscard]] Step silence(std::chrono::milliseconds time);
[[nodiscard]] Step half_close();
[[nodiscard]] Step reset();
[[nodiscard]] Step reconnect();
[[nodiscard]] Step alive();

/// Makes a TLS handshake.
[[nodiscard]] Step start_tls(Handshake how = {});

/// Sends octets in place of a handshake: an alert may come, or the end, but no handshake of the
/// server's, and no reply.
[[nodiscard]] Step no_tls(std::string octets);

/// Awaits the end of the connection; of what comes before it none may be a reply.
[[nodiscard]] Step closes();

/// Logs in by SCRAM; `codes` is for its last reply.
[[nodiscard]] Step scram(Scram how, std::string codes);

/// As say(); the reply must be word for word the one before.
[[nodiscard]] Step say_same(std::string line, std::string codes);

/// "MAIL FROM:<{sender}>" with parameters, and what is right for it.
[[nodiscard]] Step mail(std::string_view parameters, std::string codes);

/// The same for "RCPT TO:<{rcpt}>".
[[nodiscard]] Step rcpt(std::string_view parameters, std::string codes);

/// Header fields with {mark} in the subject, the empty line, then `body`.
[[nodiscard]] std::string message(std::string_view body);

/// message(body), CRLF.CRLF, and the reply that decides. `body` ends with CRLF.
[[nodiscard]] Step text(std::string_view body, std::string codes);

/// DATA where no recipient was taken: 503 or 554 (RFC 5321 §3.3), or 354 all the same, as RFC 2920
/// §3.1 has it. text_refused() goes behind.
[[nodiscard]] Step data_refused();

/// The end of a text right behind it: refused as well, or no command, at which some say goodbye.
[[nodiscard]] Step text_refused();

/// `octet` so often.
[[nodiscard]] std::string run_of(char octet, std::size_t count);

}  // namespace quoth::conform
