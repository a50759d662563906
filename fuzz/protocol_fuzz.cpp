// Whole conversations. The same octets all at once, octet by octet and in the pieces that the input
// chooses must come to the same replies and messages; and what is promised of each must hold.
//
// Input: one octet chooses the limits, one how many cuts there are, two for each cut, and the rest
// is what the client says. The handlers here refuse who is called "no", defer "later", and hang up
// on "bye"; so does a message that begins with these words.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "core/ascii.hpp"

namespace {

using namespace quoth::smtp;

constexpr std::string_view end_of_text = "\r\n.\r\n";

struct Message {
  std::string sender;
  std::vector<std::string> recipients;
  std::string text;
  friend bool operator==(const Message&, const Message&) = default;
};

/// What a conversation came to; all runs must agree on all of it.
struct Outcome {
  std::string output;
  std::vector<Message> messages;
  State state = State::connected;
  std::string helo;
  std::size_t commands = 0;
  std::size_t errors = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

bool is_reply_octet(char c) { return !quoth::ascii::is_control(c) && !quoth::ascii::is_high(c); }

/// Whether `out` is one whole reply (RFC 5321 §4.2, §4.5.3.1.5).
bool is_one_reply(std::string_view out) {
  bool is_last = false;
  while (!out.empty() && !is_last) {
    const std::size_t end = out.find("\r\n");
    if (end == std::string_view::npos || end < 4 || end + 2 > 512) return false;
    const std::string_view line = out.substr(0, end);
    out.remove_prefix(end + 2);
    is_last = line[3] == ' ';
    const bool is_code = std::ranges::all_of(line.substr(0, 3), quoth::ascii::is_digit);
    if (!is_code || line[0] < '2' || line[0] > '5' || (line[3] != '-' && !is_last)) return false;
    if (!std::ranges::all_of(line, is_reply_octet)) return false;
  }
  return out.empty() && is_last;
}

Reply decide_by(std::string_view word, unsigned positive) {
  if (word.starts_with("no")) return {550, "5.7.1 no"};
  if (word.starts_with("later")) return {451, "4.7.1 later"};
  if (word.starts_with("bye")) return {421, "4.7.0 bye"};
  return {positive, "OK"};
}

Reply decide(const Command& command) {
  if (command.definition == nullptr) return {500, "5.5.2 command not recognized"};
  const std::string_view verb = command.definition->name;
  if (verb == "QUIT") return {221, "2.0.0 bye"};
  if (verb == "DATA") return {354, "go ahead"};
  if (const auto* rcpt = std::get_if<RcptArguments>(&command.arguments)) {
    return decide_by(rcpt->recipient.local(), 250);
  }
  return decide_by(command.argument, 250);
}

/// A server, and the watch on what its protocol promises.
class Conversation {
 public:
  explicit Conversation(const Dialect& dialect) : dialect_{&dialect}, protocol_{dialect} {
    protocol_.greet({220, "mx.test ESMTP"}, outcome_.output);
  }

  void feed(std::string_view piece) {
    input_ += piece;
    // A copy of exactly the right size, so that AddressSanitizer sees a read past its end.
    const std::vector<char> octets{input_.begin(), input_.end()};
    std::string_view rest{octets.data(), octets.size()};
    bool needs_more = false;
    std::size_t idle_steps = 0;
    while (!needs_more && protocol_.state() != State::finished) {
      const State before = protocol_.state();
      const Step step = protocol_.next(rest);
      QUOTH_ASSERT(step.consumed <= rest.size());
      // Text that was withheld comes without any octet consumed; twice would be for ever.
      idle_steps = step.consumed == 0 ? idle_steps + 1 : 0;
      QUOTH_ASSERT(idle_steps <= 2);
      if (before == State::body) read_.append(rest.substr(0, step.consumed));
      rest.remove_prefix(step.consumed);
      needs_more = take(step, rest, before);
      check_state();
    }
    input_.assign(rest);
  }

  Outcome outcome() {
    outcome_.state = protocol_.state();
    outcome_.helo = protocol_.helo();
    outcome_.commands = protocol_.command_count();
    outcome_.errors = protocol_.error_count();
    return outcome_;
  }

 private:
  /// @returns whether more input is needed.
  bool take(const Step& step, std::string_view rest, State before) {
    if (std::holds_alternative<NeedMore>(step.incoming)) {
      check_rest(rest, before);
      return true;
    }
    if (const auto* chunk = std::get_if<BodyChunk>(&step.incoming)) {
      QUOTH_ASSERT(before == State::body && !chunk->octets.empty());
      text_ += chunk->octets;
      QUOTH_ASSERT(text_.size() <= dialect_->limits().message_bytes);
      return false;
    }
    const std::size_t size = outcome_.output.size();
    if (std::holds_alternative<CommandCame>(step.incoming)) {
      answer_command();
    } else if (const auto* malformed = std::get_if<Malformed>(&step.incoming)) {
      QUOTH_ASSERT(!malformed->reply.is_positive() && before != State::body);
      protocol_.answer(malformed->reply, outcome_.output);
    } else {
      QUOTH_ASSERT(before == State::body);
      end_message(std::get<BodyEnd>(step.incoming));
    }
    // In step: one reply for each thing that wants one.
    QUOTH_ASSERT(is_one_reply(std::string_view{outcome_.output}.substr(size)));
    return false;
  }

  /// What a connection has to keep while it waits is bounded, and could not have been answered.
  void check_rest(std::string_view rest, State before) const {
    if (before == State::body) {
      QUOTH_ASSERT(rest.empty());
    } else {
      QUOTH_ASSERT(rest.size() <= dialect_->longest_line());
      QUOTH_ASSERT(rest.find('\n') == std::string_view::npos);
    }
  }

  void answer_command() {
    const Command& command = protocol_.command();
    const bool is_greeting = std::holds_alternative<HelloArguments>(command.arguments);
    const bool is_mail = std::holds_alternative<MailArguments>(command.arguments);
    const State before = protocol_.state();
    const Reply reply = decide(command);
    protocol_.answer(reply, outcome_.output);
    if (protocol_.state() == State::body) {
      QUOTH_ASSERT(before == State::rcpt && reply.code() == 354);
      text_.clear();
      read_.clear();
    }
    if (is_greeting && reply.code() == 250) QUOTH_ASSERT(protocol_.state() == State::greeted);
    if (is_mail && reply.code() == 250) QUOTH_ASSERT(protocol_.state() == State::mail);
  }

  void end_message(const BodyEnd& text_end) {
    // Nothing ends a text but CRLF.CRLF; the CRLF may be that of DATA (RFC 5321 §4.1.1.4).
    QUOTH_ASSERT(("\r\n" + read_).ends_with(end_of_text));
    QUOTH_ASSERT(("\r\n" + read_).find(end_of_text) + 3 == read_.size());
    const Reply reply = text_end.refusal ? *text_end.refusal : decide_by(text_, 250);
    QUOTH_ASSERT(!text_end.refusal || reply.is_permanent());
    if (!text_end.refusal) check_text();
    if (reply.is_positive()) store();
    protocol_.answer(reply, outcome_.output);
    QUOTH_ASSERT(protocol_.state() == (reply.closes() ? State::finished : State::greeted));
  }

  /// A text without a fault is made of lines within their limit, and stuffing it again gives what
  /// was read.
  void check_text() const {
    QUOTH_ASSERT(text_.size() == protocol_.body_octets());
    QUOTH_ASSERT(text_.find('\0') == std::string::npos);
    std::string stuffed;
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t end = rest.find("\r\n");
      QUOTH_ASSERT(end != std::string_view::npos);
      QUOTH_ASSERT(end + 2 <= dialect_->limits().text_line_bytes);
      const std::string_view line = rest.substr(0, end);
      QUOTH_ASSERT(line.find_first_of("\r\n") == std::string_view::npos);
      rest.remove_prefix(end + 2);
      // A client stuffs lines that begin with a dot; others it may have stuffed for nothing.
      const std::string_view read = std::string_view{read_}.substr(stuffed.size());
      const bool was_stuffed = read.starts_with('.');
      QUOTH_ASSERT(was_stuffed || !line.starts_with('.'));
      stuffed.append(was_stuffed ? "." : "").append(line).append("\r\n");
    }
    QUOTH_ASSERT(stuffed + ".\r\n" == read_);
  }

  void store() {
    const Envelope& envelope = protocol_.envelope();
    QUOTH_ASSERT(!envelope.recipients.empty());
    Message message{.sender = to_path(envelope.mail.sender), .recipients = {}, .text = text_};
    for (const RcptArguments& rcpt : envelope.recipients) {
      message.recipients.push_back(rcpt.recipient.text());
    }
    outcome_.messages.push_back(std::move(message));
  }

  void check_state() const {
    const Limits& limits = dialect_->limits();
    const Envelope& envelope = protocol_.envelope();
    const State state = protocol_.state();
    QUOTH_ASSERT(envelope.recipients.empty() == (state != State::rcpt && state != State::body));
    if (!protocol_.in_transaction()) QUOTH_ASSERT(!envelope.mail.sender && !envelope.mail.size);
    if (state != State::finished) QUOTH_ASSERT(protocol_.error_count() < limits.errors);
    QUOTH_ASSERT(protocol_.helo().size() <= 255);
    if (state != State::connected && state != State::finished) {
      QUOTH_ASSERT(!protocol_.helo().empty());
    }
  }

  const Dialect* dialect_;
  ServerProtocol protocol_;
  Outcome outcome_;
  std::string input_;
  std::string read_;  // of the text, as it came
  std::string text_;
};

/// The octets that steer, in front of those that the client says.
struct Script {
  std::string_view said;
  std::vector<std::size_t> cuts;
  Limits limits{};
};

Script script_of(std::string_view input) {
  Script script;
  const auto take = [&] {
    const std::size_t octet = input.empty() ? 0 : static_cast<unsigned char>(input.front());
    input.remove_prefix(input.empty() ? 0 : 1);
    return octet;
  };
  // Small limits show what is at them; the real ones what is within.
  const std::size_t choice = take();
  if ((choice & 1U) != 0) script.limits.text_line_bytes = 12;
  if ((choice & 2U) != 0) script.limits.message_bytes = 40;
  if ((choice & 4U) != 0) script.limits.command_line_bytes = 40;
  if ((choice & 8U) != 0) script.limits.errors = 3;
  if ((choice & 16U) != 0) script.limits.refused_recipients = 2;
  const std::size_t count = take() % 8;
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t high = take();
    at += high * 256 + take();
    script.cuts.push_back(at);
  }
  script.said = input;
  return script;
}

Outcome in_pieces(const Dialect& dialect, std::string_view said,
                  const std::vector<std::size_t>& cuts) {
  Conversation conversation{dialect};
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    if (cut >= said.size()) break;
    conversation.feed(said.substr(at, cut - at));
    at = cut;
  }
  conversation.feed(said.substr(at));
  return conversation.outcome();
}

Outcome octet_by_octet(const Dialect& dialect, std::string_view said) {
  Conversation conversation{dialect};
  for (std::size_t i = 0; i < said.size(); ++i) conversation.feed(said.substr(i, 1));
  return conversation.outcome();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input{reinterpret_cast<const char*>(data), size};
  const Script script = script_of(input);
  const Dialect dialect = standard_dialect(script.limits);
  const Outcome whole = in_pieces(dialect, script.said, {});
  QUOTH_ASSERT(in_pieces(dialect, script.said, script.cuts) == whole);
  QUOTH_ASSERT(octet_by_octet(dialect, script.said) == whole);
  return 0;
}
