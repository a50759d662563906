#pragma once

#include <cstdint>

/// The reply codes of SMTP by name (RFC 5321 §4.2.2, §4.2.3).
namespace quoth::smtp::code {

using Code = std::uint16_t;

inline constexpr Code system_status = 211;
/// The name that the Perl component exports, its spelling kept for those who look for it.
inline constexpr Code sytem_status = system_status;
inline constexpr Code system_help = 214;
inline constexpr Code service_ready = 220;
inline constexpr Code quit = 221;
inline constexpr Code authenticated = 235;  // RFC 4954 §4
inline constexpr Code ok = 250;
inline constexpr Code will_forward = 251;
inline constexpr Code cannot_vrfy_user = 252;
inline constexpr Code auth_continues = 334;  // RFC 4954 §4
inline constexpr Code start_mail_input = 354;
inline constexpr Code not_available = 421;
inline constexpr Code service_unavailable = 450;
inline constexpr Code local_error = 451;
inline constexpr Code no_storage = 452;
inline constexpr Code temporary_failure = 454;  // RFC 3207 §4, RFC 4954 §4
inline constexpr Code syntax_error = 500;
inline constexpr Code arg_syntax_error = 501;
inline constexpr Code not_implemented = 502;
inline constexpr Code bad_sequence = 503;
inline constexpr Code arg_not_implemented = 504;
inline constexpr Code demanded = 530;             // RFC 3207 §4, RFC 4954 §6: TLS or AUTH
inline constexpr Code mechanism_too_weak = 534;   // RFC 4954 §6
inline constexpr Code bad_credentials = 535;      // RFC 4954 §6
inline constexpr Code encryption_required = 538;  // RFC 4954 §6
inline constexpr Code unavailable = 550;
inline constexpr Code user_not_local = 551;
inline constexpr Code quota_limit = 552;
inline constexpr Code mailbox_error = 553;
inline constexpr Code no_service = 554;
inline constexpr Code transaction_failed = 554;
/// A parameter of MAIL or RCPT that is not known (RFC 5321 §4.1.1.11).
inline constexpr Code parameter_unknown = 555;

}  // namespace quoth::smtp::code
