#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <quoth/mail/mailbox.hpp>

namespace quoth::smtp {

/// "KEYWORD" or "KEYWORD=value" after the path of MAIL or RCPT (RFC 5321 §4.1.2), as it came.
struct Parameter {
  std::string keyword;  ///< In upper case.
  std::optional<std::string> value{};
};

/// What the client says its octets are (RFC 6152 §3).
enum class Body : std::uint8_t { seven_bit, eight_bit_mime };

/// What stood after HELO or EHLO.
struct HelloArguments {
  std::string name;
};

/// What stood after MAIL.
struct MailArguments {
  mail::ReversePath sender{};           ///< None: "<>".
  std::optional<std::uint64_t> size{};  ///< Octets, as the client declared them (RFC 1870 §6).
  Body body = Body::seven_bit;
  std::vector<Parameter> parameters{};  ///< All, the ones above included.
};

/// What stood after RCPT.
struct RcptArguments {
  mail::Mailbox recipient;
  std::vector<Parameter> parameters{};
};

/// Who sends and who receives (RFC 5321 §2.3.1). Apart from the message's content.
struct Envelope {
  MailArguments mail{};
  std::vector<RcptArguments> recipients{};
};

}  // namespace quoth::smtp
