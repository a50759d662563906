#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/rare.hpp>

namespace quoth::smtp {

/// "KEYWORD" or "KEYWORD=value" after the path of MAIL or RCPT (RFC 5321 §4.1.2), as it came.
struct Parameter {
  std::string keyword;  ///< In upper case.
  std::optional<std::string> value{};
};

/// What the client says its octets are.
enum class Body : std::uint8_t {
  seven_bit,
  eight_bit_mime,  ///< RFC 6152 §3.
  binary_mime,     ///< No lines, and BDAT alone carries it (RFC 3030 §3).
};

/// RET: what of the message a notification of its failure brings back (RFC 3461 §4.3).
enum class Returned : std::uint8_t { full, headers };

/// BY: how soon a message is to be delivered, and what then (RFC 2852 §4).
struct DeliverBy {
  enum class Mode : std::uint8_t {
    bounce,  ///< "R": what is too late is returned. `time` is positive.
    notify,  ///< "N": a notification of the delay is sent. `time` may have run out before.
  };
  std::chrono::seconds time{};  ///< Since the message came, -999999999 to 999999999.
  Mode mode = Mode::bounce;
  bool is_traced = false;  ///< "T": each relay tells the sender.
  friend bool operator==(const DeliverBy&, const DeliverBy&) = default;
};

/// HOLDFOR or HOLDUNTIL: from now on, or until then, a message is held back (RFC 4865 §4).
using Hold = std::variant<std::chrono::seconds, std::chrono::sys_seconds>;

/// NOTIFY: what the sender wants to be told about a recipient (RFC 3461 §4.1).
struct Notify {
  bool success = false;
  bool failure = false;
  bool delay = false;
  /// NOTIFY=NEVER.
  [[nodiscard]] constexpr bool is_never() const noexcept { return !success && !failure && !delay; }
  friend bool operator==(const Notify&, const Notify&) = default;
};

/// ORCPT: whom the sender wrote to (RFC 3461 §4.2). A claim of the client, of no fixed form.
struct OriginalRecipient {
  std::string type;     ///< In lower case: "rfc822", "utf-8", ….
  std::string address;  ///< Decoded: printable ASCII, or UTF-8 if the type is that (RFC 6533 §3).
  friend bool operator==(const OriginalRecipient&, const OriginalRecipient&) = default;
};

/// RRVS: the mailbox must have had its present owner without a break since then (RFC 7293 §3.1).
struct RequireRecipientValidSince {
  /// What a relay does whose next hop does not know RRVS.
  enum class Unsupported : std::uint8_t { refuse, proceed };
  std::chrono::sys_seconds time;
  std::optional<Unsupported> unsupported{};  ///< ";R", ";C", or nothing was said.
  friend bool operator==(const RequireRecipientValidSince&,
                         const RequireRecipientValidSince&) = default;
};

/// What stood after HELO or EHLO.
struct HelloArguments {
  std::string name;
};

/// AUTH= of MAIL: who submitted the message first, as the client says (RFC 4954 §5). To be believed
/// only of a client that has authenticated and is known to tell the truth.
struct Submitter {
  std::optional<mail::Mailbox> mailbox{};  ///< None: "<>", it is not known.
};

/// What stood after MAIL.
struct MailArguments {
  mail::ReversePath sender{};           ///< None: "<>".
  std::optional<std::uint64_t> size{};  ///< Octets, as the client declared them (RFC 1870 §6).
  Body body = Body::seven_bit;
  bool smtputf8 = false;                  ///< RFC 6531 §3.4.
  bool require_tls = false;               ///< RFC 8689 §2.
  std::optional<std::int8_t> priority{};  ///< -9 to 9 (RFC 6710 §3).
  std::optional<Returned> returned{};
  Rare<std::string> envelope_id{};  ///< ENVID, decoded: printable ASCII (RFC 3461 §4.4).
  Rare<DeliverBy> deliver_by{};
  Rare<Hold> hold{};
  Rare<Submitter> submitter{};          ///< AUTH=; none: it was not there.
  std::vector<Parameter> parameters{};  ///< All, the ones above included.
};

/// What stood after RCPT.
struct RcptArguments {
  /// The place of a recipient whom no RCPT brought.
  static constexpr std::uint32_t added = 0xffffffff;

  mail::Mailbox recipient;
  std::optional<Notify> notify{};  ///< None: as the server likes it.
  /// Which of those that the transaction accepted it is, from 0: as event::Outcomes counts them.
  std::uint32_t place = added;
  Rare<OriginalRecipient> original_recipient{};
  Rare<RequireRecipientValidSince> valid_since{};
  std::vector<Parameter> parameters{};  ///< All, the ones above included.
};

/// What stood after BDAT (RFC 3030 §2).
struct ChunkArguments {
  std::uint64_t size = 0;  ///< Octets that follow the command line.
  bool is_last = false;    ///< They end the message.
};

/// What stood after ETRN (RFC 1985 §5): whose mail is to be sent now.
struct EtrnArguments {
  enum class Kind : std::uint8_t {
    node,    ///< "example.org": that host.
    domain,  ///< "@example.org": that domain and all below it.
    queue,   ///< "#name": a queue of that name.
  };
  Kind kind = Kind::node;
  std::string name;  ///< Without its "@" or "#"; a domain as mail::canonical_domain() has it.
};

/// What stood after AUTH (RFC 4954 §4).
struct AuthArguments {
  std::string mechanism;                 ///< In upper case.
  std::optional<std::string> initial{};  ///< The initial response, decoded. Secret.
};

/// Who sends and who receives (RFC 5321 §2.3.1). Apart from the message's content.
struct Envelope {
  MailArguments mail{};
  std::vector<RcptArguments> recipients{};
};

}  // namespace quoth::smtp
