#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conform/reply.hpp"
#include "net/tls_client.hpp"

namespace quoth::conform {

/// How much a case matters.
enum class Level : std::uint8_t {
  must,       ///< The RFC says MUST, or mail is lost or the dialogue breaks without it.
  should,     ///< The RFC says SHOULD, or good servers agree.
  security,   ///< A hole that is known from other servers.
  extension,  ///< What an extension asks of a server that offers it, and nothing breaks without.
};

/// Whether a failure makes a run fail.
[[nodiscard]] constexpr bool is_grave(Level level) noexcept {
  return level == Level::must || level == Level::security;
}

/// How far the dialogue has come before the steps of a case begin. A server that does not let us
/// get there is not judged: the case is skipped.
enum class Stage : std::uint8_t {
  nothing,    ///< Not even connected.
  connected,  ///< The greeting was not read.
  greeted,
  hello,  ///< EHLO (LHLO) was answered.
  mail,
  rcpt,
  data,  ///< 354 has come.
};

/// What a connection of a case begins with.
enum class Opening : std::uint8_t {
  usual,   ///< What the options of the run say.
  clear,   ///< No TLS, though the run have it.
  secure,  ///< TLS, by STARTTLS unless all is TLS.
  safest,  ///< TLS if it is to be had.
  bare,    ///< Nothing: not even the PROXY header of --proxy, or the handshake of --tls.
};

/// How TLS begins.
struct Handshake {
  net::TlsVersion min_version = net::TlsVersion::tls1_2;
  net::TlsVersion max_version = net::TlsVersion::tls1_3;
  std::string server_name = "{host}";  ///< What is asked for, if it is not empty and no address.
  bool is_resuming = false;            ///< Keeps the session for later ones of this case,
  bool is_resumed = false;             ///< and this is a later one: it must go on with it.
};

/// What is wrong with our side of a SCRAM exchange (RFC 5802 §5).
enum class ScramFault : std::uint8_t {
  nothing,
  nonce,      ///< Another one in the last message.
  own_nonce,  ///< In the last message ours alone, without the server's part.
  proof,      ///< One bit of it.
  no_proof,
  short_proof,
  binding,    ///< Another header than in the first message.
  channel,    ///< Octets of another channel.
  extension,  ///< A mandatory one, which nobody knows.
};

/// A login by SCRAM.
struct Scram {
  bool is_sha256 = true;
  std::string header = "n,,";  ///< Of GS2.
  std::string user = "{user}";
  bool is_right = true;  ///< The password.
  ScramFault fault = ScramFault::nothing;
};

/// What a reply must be besides its code; a set of bits.
enum class Look : std::uint8_t {
  any = 0,
  one_line = 1,
  enhanced = 2,        ///< Each line has an enhanced code of the reply's class (RFC 2034 §4).
  not_enhanced = 4,    ///< No line has one.
  host_first = 8,      ///< The text begins with a domain or an address literal.
  ehlo_lines = 16,     ///< Lines behind the first are `keyword *(SP param)`, each keyword once.
  no_bare_cr = 32,     ///< No CR without LF, which some clients take for a line end.
  of_address = 64,     ///< The enhanced code is X.1.X (RFC 3463 §3.2).
  no_passwords = 128,  ///< The line AUTH lists neither PLAIN nor LOGIN.
};

[[nodiscard]] constexpr Look operator|(Look a, Look b) noexcept {
  return static_cast<Look>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
[[nodiscard]] constexpr bool has(Look set, Look one) noexcept {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

/// One thing to do. First its text is sent, then a reply is awaited; both may be left out.
///
/// In `text`, `contains` and `lacks` {rcpt}, {sender} and the like stand for what this run uses
/// (see places.hpp).
struct Step {
  enum class Action : std::uint8_t {
    exchange,    ///< Send and await.
    pause,       ///< Wait for `time`.
    silence,     ///< Nothing may come for `time`.
    half_close,  ///< Send no more; go on reading.
    reset,       ///< End the connection with a RST.
    reconnect,   ///< End the connection in good order and make another one.
    alive,       ///< Another connection gets an answer.
    start_tls,   ///< Make the handshake of `tls`.
    no_tls,      ///< What answers our hello, `text`, must be no hello, and no reply.
    closes,      ///< The server ends the connection, and says nothing in the clear before.
    scram,       ///< Log in as `scram` says; `codes` is for the end of it.
    same_reply,  ///< As exchange, and the reply is the one before, word for word.
  };

  Action action = Action::exchange;
  std::string text;  ///< Octets to send.
  /// The replies that are right, as "250", "5xx", "250|550"; "end": the server may close instead,
  /// with 421, after QUIT with 221, or without a word. "4xx" is not 421.
  /// Empty: nothing is awaited.
  std::string codes;
  Look look = Look::any;
  std::string contains;               ///< In the octets of the reply, without regard to case.
  std::string lacks;                  ///< Not in the octets of the reply; LF stands ahead of them.
  std::chrono::milliseconds time{0};  ///< Of pause and silence; of an exchange: between the pieces.
  std::size_t piece_octets = 0;       ///< How many octets are sent at a time. 0: all at once.
  bool is_cut_once = false;           ///< The second piece is all the rest.
  std::size_t repeat = 1;             ///< How often `text` is sent.
  bool exceeds_size = false;          ///< `text` is sent until {size} octets are exceeded.
  bool is_given = false;              ///< A server that does otherwise is not judged.
  bool may_refuse = false;            ///< A reply of 4xx or 5xx that is right ends the case well.
  bool decides = false;               ///< The reply tells whether the message was taken.
  std::string bound;                  ///< A place: the step is left out if `number` is above it.
  std::size_t number = 0;
  Handshake tls = {};
  Scram scram = {};

  // To be written behind a step: say("NOOP", "250").with(Look::one_line).
  [[nodiscard]] Step with(Look more) &&;
  [[nodiscard]] Step containing(std::string part) &&;
  [[nodiscard]] Step lacking(std::string part) &&;
  [[nodiscard]] Step in_pieces(std::size_t octets, std::chrono::milliseconds between = {}) &&;
  /// In two, with a moment between; whole if it has no more octets than that.
  [[nodiscard]] Step cut_at(std::size_t octets) &&;
  [[nodiscard]] Step within(std::string place, std::size_t place_number) &&;
  [[nodiscard]] Step times(std::size_t count) &&;
  [[nodiscard]] Step beyond_size() &&;
  [[nodiscard]] Step given() &&;
  [[nodiscard]] Step refusable() &&;
  [[nodiscard]] Step deciding() &&;
};

using Steps = std::vector<Step>;

/// What must be found below the folder of --maildir at the end of the run.
struct Stored {
  enum class Rule : std::uint8_t {
    not_looked_at,
    as_decided,  ///< Once if the message was taken, else not at all.
    never,       ///< Nothing with {mark}.
    together,    ///< {mark2} only in a file with {mark}, and {mark} in one file: no smuggling.
  };

  Rule rule = Rule::not_looked_at;
  std::string text;           ///< Part of the file, line ends as LF, if the message was taken.
  std::string lacks;          ///< Not a part of it.
  std::string ahead_of = {};  ///< `text` stands ahead of this.
  bool ignores_case = false;  ///< In looking for `text`.
};

/// One claim about a server, and the dialogue that shows whether it holds.
struct Case {
  std::string id;  ///< "group.name".
  Level level = Level::must;
  std::string reference;  ///< "RFC 5321 §4.1.4", or a CVE.
  std::string title;
  std::string why;  ///< Why the outcome that is asked for is right.
  Stage stage = Stage::nothing;
  Steps steps;
  /// What must be there, in words: "PIPELINING" (an offered extension), "SIZE=" (with a number),
  /// "AUTH=PLAIN" (with this parameter), "smtp", "lmtp", "domain" (--rcpt has one), "unknown" (an
  /// unknown recipient), "maildir", "tls" (to be had at all), "implicit" (--tls), "explicit",
  /// "user", "proxy", "no-proxy", "xclient", "no-xclient", "submission", "own-sender" (the
  /// options).
  std::string needs = {};
  Stored stored = {};
  /// What no reply of the whole run may have, whichever case it came in.
  std::vector<Defect> observes = {};
  Opening opening = Opening::usual;
  bool is_stranger = false;  ///< Does not log in where --submission has all others do it.

  [[nodiscard]] std::string_view group() const noexcept {
    return std::string_view{id}.substr(0, id.find('.'));
  }
};

using Cases = std::vector<Case>;

[[nodiscard]] std::string_view name(Level level) noexcept;

}  // namespace quoth::conform
