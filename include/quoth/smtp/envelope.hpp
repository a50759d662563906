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
enum class Body : std::uint8_t {
  seven_bit,
  eight_bit_mime,
  binary_mime,  ///< No lines at all, so that only BDAT can carry it (RFC 3030 §3).
};

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
  /// The place of a recipient whom no RCPT brought.
  static constexpr std::uint32_t added = 0xffffffff;

  mail::Mailbox recipient;
  std::vector<Parameter> parameters{};
  /// Which of those that the transaction accepted it is, from 0: as event::Outcomes counts them.
  std::uint32_t place = added;
};

/// What stood after BDAT (RFC 3030 §2).
struct ChunkArguments {
  std::uint64_t size = 0;  ///< Octets that follow the command line.
  bool is_last = false;    ///< They end the message.
};

/// Who sends and who receives (RFC 5321 §2.3.1). Apart from the message's content.
struct Envelope {
  MailArguments mail{};
  std::vector<RcptArguments> recipients{};
};

}  // namespace quoth::smtp
