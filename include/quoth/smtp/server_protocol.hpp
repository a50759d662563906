#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <quoth/defence.hpp>
#include <quoth/smtp/body_scanner.hpp>
#include <quoth/smtp/command.hpp>
#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/envelope.hpp>
#include <quoth/smtp/reply.hpp>

namespace quoth::smtp {

/// All that is of use is used: read more, then call next() with it behind what was not consumed.
struct NeedMore {};

/// A command is in command(): decide, then answer().
struct CommandCame {};

/// The peer broke the protocol: answer() with `reply`.
struct Malformed {
  Reply reply;
};

/// A response of the client in an exchange of AUTH is in, decoded (RFC 4954 §4): challenge() or
/// answer(). Secret.
struct AuthResponse {
  std::string octets;
};

/// A stretch of the message's text, dots unstuffed (RFC 5321 §4.5.2).
struct BodyChunk {
  std::string_view octets;
};

/// A chunk is in that is not the message's last (RFC 3030 §2): answer() it. `refusal` is that reply
/// if the text broke a rule.
struct ChunkEnd {
  std::optional<Reply> refusal;
};

/// The message is in: CRLF.CRLF came, or its last chunk. answer() it. `refusal` is that reply if
/// the text itself broke a rule; nothing of the message may be kept then.
struct BodyEnd {
  std::optional<Reply> refusal;
};

/// What came in, and how many octets of the input it used up.
struct Step {
  std::variant<NeedMore, CommandCame, Malformed, BodyChunk, ChunkEnd, BodyEnd, AuthResponse>
      incoming;
  std::size_t consumed = 0;
};

/// What a conversation counts against its limits.
struct Tally {
  std::size_t commands = 0;
  std::size_t junk_commands = 0;  ///< Since the last message.
  std::size_t errors = 0;
  std::size_t refused_recipients = 0;
  std::size_t messages = 0;
};

/// The server side of one SMTP conversation, without I/O: octets in, steps out; replies in, octets
/// out. Owns no socket, clock or thread, so a test is a table of strings. Not thread-safe.
/// Commands RFC 5321 §4.1, their order §4.1.4, pipelining RFC 2920 §3, chunks RFC 3030 §2, LMTP RFC
/// 2033. All sizes are in octets.
class ServerProtocol {
 public:
  /// `dialect` is borrowed and must outlive the protocol.
  explicit ServerProtocol(const Dialect& dialect) : dialect_{&dialect} {}

  /// A conversation that begins anew, behind a TLS handshake. All that it takes over from the one
  /// before are numbers: there is no way to bring along what was said in the clear (RFC 3207 §4.2).
  ServerProtocol(const Dialect& dialect, const Tally& tally) : dialect_{&dialect}, tally_{tally} {}

  /// Finds what comes next in `input`. Views in the step and in command() point into `input`: keep
  /// those octets until it is dealt with, then drop `consumed` of them. What is not consumed comes
  /// again. Bad input is a value here, never an error.
  /// @pre Whatever asked for a reply before has had it.
  [[nodiscard]] Step next(std::string_view input);

  /// Says the greeting: appends `reply` to `out`. After one that is not positive only QUIT is taken
  /// (RFC 5321 §3.1).
  void greet(const Reply& reply, std::string& out);

  /// Answers what came last: moves the state, and appends the reply with its CRLF to `out`. State
  /// follows the reply, whoever gave it. The failure that goes over the limit is answered 421 4.7.0
  /// instead, and ends the conversation. The reply to a chunk's command is kept back: what goes out
  /// is the one to its end, or the refusal; then its octets are skipped (RFC 3030 §2). In LMTP a
  /// message's end gets `reply` for each recipient.
  void answer(const Reply& reply, std::string& out);

  /// Answers BodyEnd with one reply for each recipient that was accepted, in their order (RFC 2033
  /// §4.2). SMTP has one reply: see Outcomes::fold().
  /// @pre There are as many as recipient_count() says.
  void answer_each(std::span<const Reply> replies, std::string& out);

  /// Goes on with the exchange of AUTH: appends a 334 with `challenge`, which are any octets (RFC
  /// 4954 §4). answer() ends it: 235, or what is wrong.
  /// @pre AUTH was answered with 334, which stays with us and brings this about; or an AuthResponse
  /// came.
  void challenge(std::string_view challenge, std::string& out);

  /// Nothing of the message that comes is wanted: it yields no more chunks.
  void discard_text() noexcept { is_discarding_ = true; }
  /// The rest of a message that is refused takes too long: it ends here. The reply to its end
  /// closes. @pre is_text_refused(), and the state is body.
  void give_up_text() noexcept { has_given_up_ = true; }
  [[nodiscard]] bool has_given_up_text() const noexcept { return has_given_up_; }

  /// Takes the client for one that has authenticated: a peer that is trusted says so (XCLIENT).
  void take_as_authenticated() noexcept { is_authenticated_ = true; }

  /// Ends the conversation from our side: appends `reply`, which should be a 421.
  void hang_up(const Reply& reply, std::string& out);

  /// Gives back the memory of command(), for clients that are silent. @pre Nothing waits for a
  /// reply, and neither a message nor an exchange of AUTH runs.
  void forget_command() noexcept;
  /// Gives back that of envelope(), unless a transaction is open.
  void forget_empty_envelope() noexcept;

  /// The command that came last, until it is answered. What handlers change in its arguments
  /// counts.
  [[nodiscard]] Command& command() noexcept;

  /// The transaction: what was accepted of MAIL and RCPT. Empty outside of one. After BodyEnd it
  /// stays until the answer.
  [[nodiscard]] Envelope& envelope();
  [[nodiscard]] const Envelope& envelope() const noexcept;
  /// The same for who may need it for longer: while it is shared, the protocol goes on with another
  /// one instead of emptying it.
  [[nodiscard]] std::shared_ptr<const Envelope> share_envelope() const { return envelope_; }

  [[nodiscard]] const Dialect& dialect() const noexcept { return *dialect_; }
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool in_transaction() const noexcept {
    return state_ == State::mail || state_ == State::rcpt || state_ == State::body ||
           state_ == State::chunks;
  }
  /// How many RCPTs of the transaction were accepted.
  [[nodiscard]] std::size_t recipient_count() const noexcept { return recipient_count_; }
  /// Whether a message has begun to come that is not whole yet.
  [[nodiscard]] bool in_message() const noexcept {
    return state_ == State::body || state_ == State::chunks;
  }
  /// Whether AUTH has succeeded.
  [[nodiscard]] bool is_authenticated() const noexcept { return is_authenticated_; }
  /// What HELO or EHLO said; empty before.
  [[nodiscard]] const std::string& helo() const noexcept { return helo_; }
  /// Whether it was EHLO: ESMTP.
  [[nodiscard]] bool is_extended() const noexcept { return extended_; }

  /// Octets of the message so far, unstuffed.
  [[nodiscard]] std::uint64_t body_octets() const noexcept { return body_octets_; }
  /// Whether the text that comes has broken a rule already, or is not wanted: its end will be
  /// refused.
  [[nodiscard]] bool is_text_refused() const noexcept;
  [[nodiscard]] std::size_t command_count() const noexcept { return tally_.commands; }
  [[nodiscard]] std::size_t error_count() const noexcept { return tally_.errors; }
  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
  /// The limit that has just been passed, if any, to be counted and logged; of two the one that
  /// ends the conversation. Asked once, it is forgotten.
  [[nodiscard]] std::optional<Defence> take_defence() noexcept {
    return std::exchange(defence_, std::nullopt);
  }

 private:
  enum class Pending : std::uint8_t { nothing, command, malformed, chunk_end, body_end, response };

  // Commands.
  [[nodiscard]] Step next_command(std::string_view input);
  [[nodiscard]] Step skip_line(std::string_view input);
  [[nodiscard]] Step malformed(unsigned code, std::string_view text, std::size_t consumed);
  [[nodiscard]] Step hopeless(unsigned code, std::string_view text, std::size_t consumed);
  [[nodiscard]] std::optional<Reply> parse_line(std::string_view line);
  [[nodiscard]] bool begins_chunk(std::string_view line) const noexcept;
  [[nodiscard]] Reply broken_line(std::string_view line, const std::string& text) const;
  [[nodiscard]] std::optional<Reply> unknown_verb();
  [[nodiscard]] std::optional<Reply> out_of_place(const Verb& verb);
  [[nodiscard]] bool is_demanded(const Verb& verb) const noexcept;
  [[nodiscard]] Reply demand() const;
  [[nodiscard]] Reply out_of_order(const Verb& verb) const;
  [[nodiscard]] std::optional<Reply> parse_argument(const Verb& verb);
  [[nodiscard]] Parsed parse_with(const Verb& verb) const;
  [[nodiscard]] std::optional<Reply> over_transaction_limit(Effect effect);
  [[nodiscard]] std::optional<Reply> over_recipient_limit();
  void answer_command(const Reply& reply, Pending answered, std::string& out);
  [[nodiscard]] std::optional<Reply> over_limit(const Reply& reply, Effect effect);
  void apply(Effect effect);
  void forget_transaction();
  void finish(const Reply& reply, std::string& out);

  // The exchange of AUTH.
  [[nodiscard]] Step next_response(std::string_view input);
  [[nodiscard]] std::optional<Reply> over_auth_limit() const;
  void begin_exchange(const Reply& reply, std::string& out);
  void answer_exchange(const Reply& reply, std::string& out);

  // The message's octets.
  [[nodiscard]] Step next_text(std::string_view input);
  [[nodiscard]] Step next_chunk(std::string_view input);
  [[nodiscard]] Step end_chunk();
  [[nodiscard]] Step end_text();
  [[nodiscard]] Step give_up(std::size_t consumed);
  [[nodiscard]] bool is_beyond_patience() const noexcept;
  [[nodiscard]] Step skip_chunk(std::string_view input);
  [[nodiscard]] std::optional<Reply> body_refusal() const;
  void begin_text(Framing framing);
  void begin_chunk();
  void refuse_chunk(Reply reply, std::string& out);
  void end_message(std::string& out, std::span<const Reply> replies);
  void forget_message();

  const Dialect* dialect_;
  std::unique_ptr<Command> command_ = std::make_unique<Command>();  // null: the next octets make it
  std::shared_ptr<Envelope> envelope_;  // null: empty; the first who fills it makes it
  std::string helo_;
  std::vector<std::string> domains_;  // of the recipients; empty where nothing limits them
  std::string parsed_domain_;         // one more, if the RCPT at hand is accepted; empty: none
  BodyScanner scanner_;
  std::uint64_t body_octets_ = 0;
  ChunkArguments chunk_;               // the one that comes; its size is what is left of it
  std::uint64_t unwanted_octets_ = 0;  // left of a chunk that was refused
  std::size_t skipped_octets_ = 0;     // of the line that is being skipped
  Tally tally_;
  std::size_t recipient_count_ = 0;
  State state_ = State::connected;
  Pending pending_ = Pending::nothing;
  std::optional<Defence> defence_;
  bool extended_ = false;
  bool is_authenticated_ = false;
  bool is_skipping_ = false;       // a line that is too long, to its end
  bool is_chunk_skipped_ = false;  // a chunk's command is that line
  bool in_chunks_ = false;         // the message comes by BDAT
  bool is_discarding_ = false;
  bool has_given_up_ = false;
};

}  // namespace quoth::smtp
