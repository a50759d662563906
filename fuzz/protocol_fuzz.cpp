// Whole conversations. The same octets all at once, octet by octet and in the pieces that the input
// chooses must come to the same replies and messages; and what is promised of each must hold. What
// was delivered is what a client would think was, who knows nothing but framing: ClientView.
//
// Input: one octet chooses the limits, one the rules for text, whether it is LMTP and how many cuts
// there are, two for each cut, and the rest is what the client says. The handlers here refuse who
// is called "no", defer "later", and hang up on "bye"; so does a message that begins with these
// words, and a message's begin if its sender is called so. LMTP's recipients "part…" do not get
// any.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "fuzz/support/client_view.hpp"
#include "fuzz/support/reference_text.hpp"
#include "fuzz/support/script.hpp"

namespace {

using namespace quoth::smtp;
using namespace quoth::fuzz;

constexpr std::string_view end_of_text = "\r\n.\r\n";

struct Message {
  std::string sender;
  std::vector<std::string> recipients;
  std::string text;
  bool is_binary = false;
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

Reply decide_by(std::string_view word, unsigned positive) {
  if (word.starts_with("no")) return {550, "5.7.1 no"};
  if (word.starts_with("later")) return {451, "4.7.1 later"};
  if (word.starts_with("bye")) return {421, "4.7.0 bye"};
  return {positive, "OK"};
}

Reply decide(const Command& command, const Envelope& envelope) {
  if (command.definition == nullptr) return {500, "5.5.2 command not recognized"};
  const std::string_view verb = command.definition->name;
  if (verb == "QUIT") return {221, "2.0.0 bye"};
  if (verb == "DATA" || verb == "BDAT") {
    const auto& sender = envelope.mail.sender;
    return decide_by(sender ? sender->local() : "", verb == "DATA" ? 354 : 250);
  }
  if (const auto* rcpt = std::get_if<RcptArguments>(&command.arguments)) {
    return decide_by(rcpt->recipient.local(), 250);
  }
  return decide_by(command.argument, 250);
}

/// The reply that a text with that fault, or of that size, has to get; 0: any.
unsigned expected_refusal(const ReferenceText& text, const Limits& limits) {
  switch (text.fault) {
    case BodyFault::none: return text.text.size() > limits.message_bytes ? 552 : 0;
    case BodyFault::long_line: return 500;
    default: return 554;
  }
}

/// A server, and the watch on what its protocol promises.
class Conversation {
 public:
  Conversation(const Dialect& dialect, const Reply& greeting)
      : dialect_{&dialect}, protocol_{dialect} {
    protocol_.greet(greeting, outcome_.output);
  }

  void feed(std::string_view piece) {
    said_ += piece;
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
      // Text that was withheld comes without any octet consumed, and so do empty chunks; once more
      // would be for ever.
      const bool is_idle = step.consumed == 0 && !std::holds_alternative<NeedMore>(step.incoming);
      idle_steps = is_idle ? idle_steps + 1 : 0;
      QUOTH_ASSERT(idle_steps <= 2);
      if (before == State::body) raw_.append(rest.substr(0, step.consumed));
      rest.remove_prefix(step.consumed);
      needs_more = take(step, rest, before);
      check_state();
    }
    input_.assign(rest);
  }

  Outcome finish() {
    check_view();
    outcome_.state = protocol_.state();
    outcome_.helo = protocol_.helo();
    outcome_.commands = protocol_.command_count();
    outcome_.errors = protocol_.error_count();
    // How a refused text looks beyond the patience with it depends on the cut.
    if (gave_up_) outcome_.output.resize(gave_up_at_);
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
      QUOTH_ASSERT(before == State::body && !chunk->octets.empty() && !is_discarding_);
      text_ += chunk->octets;
      QUOTH_ASSERT(text_.size() <= dialect_->limits().message_bytes);
      is_discarding_ = text_.starts_with("no");
      if (is_discarding_) protocol_.discard_text();
      return false;
    }
    const std::size_t size = outcome_.output.size();
    std::size_t due = 1;
    if (std::holds_alternative<CommandCame>(step.incoming)) {
      due = answer_command();
    } else if (const auto* malformed = std::get_if<Malformed>(&step.incoming)) {
      QUOTH_ASSERT(!malformed->reply.is_positive() && before != State::body);
      due = replies_if_refused();
      protocol_.answer(malformed->reply, outcome_.output);
    } else if (const auto* chunk_end = std::get_if<ChunkEnd>(&step.incoming)) {
      QUOTH_ASSERT(before == State::body && is_chunk_);
      end_chunk(*chunk_end);
    } else {
      QUOTH_ASSERT(before == State::body);
      due = is_lmtp() ? protocol_.recipient_count() : 1;
      end_message(std::get<BodyEnd>(step.incoming));
    }
    // In step: so many replies for each thing that wants one; who hangs up may say that once.
    const auto said = parse_replies(std::string_view{outcome_.output}.substr(size));
    const bool is_over = said.size() == 1 && said.front().code == 421;
    QUOTH_ASSERT(said.size() == due || (due > 0 && is_over));
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

  [[nodiscard]] bool is_lmtp() const { return dialect_->protocol() == Protocol::lmtp; }

  /// What the command that came last is owed if it is refused: the last chunk as many replies as
  /// there are recipients.
  [[nodiscard]] std::size_t replies_if_refused() {
    const Command& command = protocol_.command();
    const auto* chunk = std::get_if<ChunkArguments>(&command.arguments);
    const bool is_chunk = command.definition != nullptr && command.definition->name == "BDAT" &&
                          chunk != nullptr && chunk->is_last;
    const State state = protocol_.state();
    const bool is_part = state == State::rcpt || state == State::chunks;
    return is_lmtp() && is_chunk && is_part ? protocol_.recipient_count() : 1;
  }

  /// @returns how many replies it wants now.
  std::size_t answer_command() {
    const Command& command = protocol_.command();
    const bool is_greeting = std::holds_alternative<HelloArguments>(command.arguments);
    const bool is_mail = std::holds_alternative<MailArguments>(command.arguments);
    const bool is_chunk = std::holds_alternative<ChunkArguments>(command.arguments);
    const State before = protocol_.state();
    const std::size_t due = replies_if_refused();
    const Reply reply = decide(command, protocol_.envelope());
    protocol_.answer(reply, outcome_.output);
    const State state = protocol_.state();
    if (state == State::body) {
      QUOTH_ASSERT(before == State::rcpt || (before == State::chunks && is_chunk));
      QUOTH_ASSERT(reply.code() == (is_chunk ? 250 : 354));
      if (before == State::rcpt) begin_message(is_chunk);
      return is_chunk ? 0 : 1;
    }
    const bool is_over = state == State::finished;
    if (is_greeting && reply.code() == 250) QUOTH_ASSERT(is_over || state == State::greeted);
    if (is_mail && reply.code() == 250) QUOTH_ASSERT(state == State::mail);
    return due;
  }

  void begin_message(bool is_chunk) {
    text_.clear();
    raw_.clear();
    is_chunk_ = is_chunk;
    is_discarding_ = false;
    is_binary_ = protocol_.envelope().mail.body == Body::binary_mime;
    QUOTH_ASSERT(is_chunk || !is_binary_);
  }

  [[nodiscard]] ReferenceText reference() const {
    if (is_binary_) return {.text = raw_};
    const std::string_view raw = raw_;
    const Limits& limits = dialect_->limits();
    return is_chunk_ ? reference_text(raw, limits.text, limits.text_line_bytes, Framing::chunks)
                     : reference_text(raw.substr(0, *reference_end(raw)), limits.text,
                                      limits.text_line_bytes, Framing::dots);
  }

  void end_chunk(const ChunkEnd& end) {
    if (end.refusal) {
      QUOTH_ASSERT(end.refusal->is_permanent());
      const ReferenceText expected = reference();
      QUOTH_ASSERT(expected_refusal(expected, dialect_->limits()) != 0);
    }
    const Reply reply = end.refusal ? *end.refusal : Reply{250, "OK"};
    protocol_.answer(reply, outcome_.output);
    QUOTH_ASSERT(protocol_.state() == (end.refusal ? State::greeted : State::chunks));
  }

  void end_message(const BodyEnd& end) {
    // Nothing ends a text but CRLF.CRLF; the CRLF may be that of DATA (RFC 5321 §4.1.1.4).
    gave_up_ = !is_chunk_ && !("\r\n" + raw_).ends_with(end_of_text);
    if (gave_up_) {
      const Limits& limits = dialect_->limits();
      QUOTH_ASSERT(end.refusal && raw_.size() > limits.message_bytes);
      QUOTH_ASSERT(protocol_.body_octets() - limits.message_bytes > limits.discarded_bytes);
      gave_up_at_ = outcome_.output.size();
    } else {
      check_text(end.refusal);
    }
    const Reply reply = end.refusal ? *end.refusal : decide_by(text_, 250);
    answer_end(reply, end.refusal.has_value());
    QUOTH_ASSERT(protocol_.state() ==
                 (reply.closes() || gave_up_ ? State::finished : State::greeted));
  }

  void check_text(const std::optional<Reply>& refusal) const {
    if (!is_chunk_) QUOTH_ASSERT(*reference_end(raw_) + 3 == raw_.size());
    const ReferenceText expected = reference();
    QUOTH_ASSERT(protocol_.body_octets() == expected.text.size());
    QUOTH_ASSERT((refusal ? refusal->code() : 0) == expected_refusal(expected, dialect_->limits()));
    QUOTH_ASSERT(expected.text.starts_with(text_));
    if (!refusal && !is_discarding_) QUOTH_ASSERT(expected.text == text_);
  }

  /// In LMTP some recipients may be refused where the message is accepted.
  void answer_end(const Reply& reply, bool is_refused) {
    const Envelope& envelope = protocol_.envelope();
    QUOTH_ASSERT(!envelope.recipients.empty());
    Message message{.sender = to_path(envelope.mail.sender),
                    .recipients = {},
                    .text = text_,
                    .is_binary = is_binary_};
    std::vector<Reply> replies;
    for (const RcptArguments& rcpt : envelope.recipients) {
      const bool is_out = is_lmtp() && rcpt.recipient.local().starts_with("part");
      replies.push_back(is_out && reply.is_positive() ? Reply{550, "5.7.1 not you"} : reply);
      if (replies.back().is_positive()) message.recipients.push_back(rcpt.recipient.text());
    }
    QUOTH_ASSERT(!is_refused || message.recipients.empty());
    if (!message.recipients.empty()) outcome_.messages.push_back(std::move(message));
    if (is_lmtp()) {
      protocol_.answer_each(replies, outcome_.output);
    } else {
      protocol_.answer(reply, outcome_.output);
    }
  }

  /// Delivered is what a client has reason to think so, and as it was sent.
  void check_view() const {
    const ClientView view{*dialect_, said_, outcome_.output};
    QUOTH_ASSERT(!view.hung_up() && view.messages().size() == outcome_.messages.size());
    if (view.closed()) QUOTH_ASSERT(protocol_.state() == State::finished);
    for (std::size_t i = 0; i < outcome_.messages.size(); ++i) {
      const Message& message = outcome_.messages[i];
      const Acknowledged& seen = view.messages()[i];
      QUOTH_ASSERT(seen.recipients == message.recipients.size());
      const ReferenceText text = delivered_text(seen, dialect_->limits(), message.is_binary);
      QUOTH_ASSERT(text.fault == BodyFault::none && text.text == message.text);
    }
  }

  void check_state() const {
    const Limits& limits = dialect_->limits();
    const Envelope& envelope = protocol_.envelope();
    const State state = protocol_.state();
    const bool has_recipients =
        state == State::rcpt || state == State::body || state == State::chunks;
    QUOTH_ASSERT(envelope.recipients.empty() == !has_recipients);
    QUOTH_ASSERT(envelope.recipients.size() == protocol_.recipient_count());
    QUOTH_ASSERT(envelope.recipients.size() <= limits.recipients);
    if (!protocol_.in_transaction()) QUOTH_ASSERT(!envelope.mail.sender && !envelope.mail.size);
    if (state != State::finished) QUOTH_ASSERT(protocol_.error_count() < limits.errors);
    QUOTH_ASSERT(protocol_.helo().size() <= 255);
    if (has_recipients || state == State::mail || state == State::greeted) {
      QUOTH_ASSERT(!protocol_.helo().empty());
    }
    check_growth(envelope);
  }

  /// Nothing is kept of a line that is longer than the line.
  void check_growth(const Envelope& envelope) const {
    const std::size_t line = dialect_->longest_line();
    const auto octets = [](const std::vector<Parameter>& parameters) {
      std::size_t sum = 0;
      for (const Parameter& one : parameters) {
        sum += one.keyword.size() + one.value.value_or("").size();
      }
      return sum;
    };
    QUOTH_ASSERT(octets(envelope.mail.parameters) < line);
    for (const RcptArguments& rcpt : envelope.recipients) {
      QUOTH_ASSERT(octets(rcpt.parameters) < line && rcpt.recipient.text().size() < line);
    }
  }

  const Dialect* dialect_;
  ServerProtocol protocol_;
  Outcome outcome_;
  std::string said_;
  std::string input_;
  std::string raw_;  // of the text, as it came
  std::string text_;
  std::size_t gave_up_at_ = 0;  // in the output
  bool gave_up_ = false;
  bool is_chunk_ = false;
  bool is_binary_ = false;
  bool is_discarding_ = false;
};

/// What both servers of a comparison are.
struct Setting {
  Dialect dialect;
  Reply greeting{220, "mx.test ESMTP"};
};

Setting setting_of(std::size_t limit_choice, std::size_t choice) {
  Limits chosen = limits(limit_choice);
  chosen.text = text_rules(choice >> 3U);
  const bool is_lmtp = (limit_choice & 128U) != 0;
  Setting setting{standard_dialect(chosen, is_lmtp ? Protocol::lmtp : Protocol::smtp)};
  for (const char* name : {"DSN", "DELIVERBY", "MT-PRIORITY", "FUTURERELEASE", "RRVS", "ETRN"}) {
    setting.dialect.offer(name);
  }
  if ((choice & 128U) != 0) setting.greeting = {554, "no service"};
  return setting;
}

Outcome in_pieces(const Setting& setting, std::string_view said,
                  const std::vector<std::size_t>& cuts) {
  Conversation conversation{setting.dialect, setting.greeting};
  feed_pieces(said, cuts, [&](std::string_view piece) { conversation.feed(piece); });
  return conversation.finish();
}

Outcome octet_by_octet(const Setting& setting, std::string_view said) {
  Conversation conversation{setting.dialect, setting.greeting};
  feed_octets(said, [&](std::string_view piece) { conversation.feed(piece); });
  return conversation.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Steering steering{{reinterpret_cast<const char*>(data), size}};
  const std::size_t limit_choice = steering.take();
  const std::size_t choice = steering.take();
  const std::vector<std::size_t> cuts = steering.take_cuts(choice);
  const Setting setting = setting_of(limit_choice, choice);
  const Outcome whole = in_pieces(setting, steering.rest(), {});
  QUOTH_ASSERT(in_pieces(setting, steering.rest(), cuts) == whole);
  QUOTH_ASSERT(octet_by_octet(setting, steering.rest()) == whole);
  return 0;
}
