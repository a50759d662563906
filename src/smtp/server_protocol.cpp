#include <quoth/smtp/server_protocol.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"
#include "smtp/grammar.hpp"
#include "smtp/state.hpp"

namespace quoth::smtp {
namespace {

// A client that sends so much without a line end will not send one: it speaks something else.
constexpr std::size_t hopeless_line_octets = std::size_t{64} << 10U;

constexpr std::string_view cut_end(std::string_view text) noexcept {
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// Verbs are letters; digits stand in some extensions' (RFC 5321 §2.4, §4.1.1).
bool is_verb(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_alnum);
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), ascii::is_control);
}

bool is_http(std::string_view argument) noexcept {
  return argument.find("HTTP/") != std::string_view::npos;
}

bool has_parameters(const Arguments& arguments) noexcept {
  if (const auto* mail = std::get_if<MailArguments>(&arguments)) return !mail->parameters.empty();
  if (const auto* rcpt = std::get_if<RcptArguments>(&arguments)) return !rcpt->parameters.empty();
  return false;
}

/// Text follows a 354 alone; everything else that a verb does needs a 2xx (RFC 5321 §4.2.1).
bool agrees(const Reply& reply, Effect effect) noexcept {
  return effect == Effect::begin_body ? reply.code() == code::start_mail_input : reply.code() < 300;
}

Reply fault_reply(BodyFault fault) {
  switch (fault) {
    case BodyFault::bare_cr: return {554, "5.6.11 a CR without LF is in the message"};
    case BodyFault::bare_lf: return {554, "5.6.11 an LF without CR is in the message"};
    case BodyFault::nul: return {554, "5.6.0 a NUL octet is in the message"};
    default: return {500, "5.6.0 a line of the message is too long"};  // RFC 5321 §4.5.3.1.6
  }
}

}  // namespace

Step ServerProtocol::next(std::string_view input) {
  QUOTH_ASSERT(pending_ == Pending::nothing && state_ != State::finished);
  if (state_ == State::body) return next_body(input);
  return is_skipping_ ? skip_line(input) : next_command(input);
}

Step ServerProtocol::malformed(unsigned code, std::string_view text, std::size_t consumed) {
  pending_ = Pending::malformed;
  command_.definition = nullptr;
  return {Malformed{{code, text}}, consumed};
}

/// The same, and no sense can be made of what follows.
Step ServerProtocol::hopeless(unsigned code, std::string_view text, std::size_t consumed) {
  Step step = malformed(code, text, consumed);
  std::get<Malformed>(step.incoming).reply.then_close();
  return step;
}

Step ServerProtocol::next_command(std::string_view input) {
  // RFC 5321 §2.3.8: only CRLF ends a line. With a bare LF the two sides disagree on where commands
  // begin, so nothing behind it is read: told at once, rather than after a silence.
  const std::size_t lf = input.find('\n');
  const std::size_t line_octets = lf == std::string_view::npos ? input.size() : lf + 1;
  if (line_octets > dialect_->longest_line()) {
    is_skipping_ = true;
    skipped_octets_ = 0;
    return skip_line(input);
  }
  if (lf == std::string_view::npos) return {NeedMore{}, 0};
  ++commands_;
  if (lf == 0 || input[lf - 1] != '\r') {
    return hopeless(code::syntax_error, "5.5.2 a line must end with CRLF", line_octets);
  }
  if (std::optional<Reply> wrong = parse_line(input.substr(0, lf - 1))) {
    pending_ = Pending::malformed;
    return {Malformed{*std::move(wrong)}, line_octets};
  }
  pending_ = Pending::command;
  return {CommandCame{}, line_octets};
}

/// RFC 5321 §4.5.3.1.9: a line that is too long is read to its end, kept nowhere, and answered 500.
Step ServerProtocol::skip_line(std::string_view input) {
  const std::size_t lf = input.find('\n');
  const std::size_t octets = lf == std::string_view::npos ? input.size() : lf + 1;
  skipped_octets_ += octets;
  if (skipped_octets_ > hopeless_line_octets) {
    return hopeless(code::syntax_error, "5.5.6 line too long, closing connection", octets);
  }
  if (lf == std::string_view::npos) return {NeedMore{}, octets};
  is_skipping_ = false;
  ++commands_;
  return malformed(code::syntax_error, "5.5.6 line too long", octets);
}

/// Framing is done; definition, order, grammar follow, in this order.
std::optional<Reply> ServerProtocol::parse_line(std::string_view line) {
  const std::size_t octets = line.size() + 2;
  line = cut_end(line);  // RFC 5321 §4.1.1: white space before the CRLF is tolerated.
  const std::size_t verb_end = std::min(line.find(' '), line.size());
  command_.verb = line.substr(0, verb_end);
  command_.argument = line.substr(std::min(verb_end + 1, line.size()));
  command_.arguments = std::monostate{};
  command_.definition = nullptr;
  if (has_control(line)) return Reply{code::syntax_error, "5.5.2 control octet in a command"};
  if (!is_verb(command_.verb)) return Reply{code::syntax_error, "5.5.2 no command there"};
  command_.definition = dialect_->find_verb(command_.verb);
  if (command_.definition == nullptr) {
    if (state_ == State::refused) {
      return Reply{code::bad_sequence, out_of_order_text(state_, Effect::none)};
    }
    // A browser, or a form that was made to post here: what follows may be commands in its body.
    if (!is_http(command_.argument)) return std::nullopt;
    return Reply{code::not_available, "4.7.0 this is SMTP, not HTTP"};
  }
  const Verb& verb = *command_.definition;
  if (octets > dialect_->limits().command_line_bytes && octets > dialect_->line_limit(verb.name)) {
    return Reply{code::syntax_error, "5.5.6 line too long"};
  }
  if (!verb.allowed.contains(state_)) {
    return Reply{code::bad_sequence, out_of_order_text(state_, verb.effect)};
  }
  return parse_argument(verb);
}

/// Anyone can define a grammar, and one that throws at what a client sends must not end the server.
Parsed ServerProtocol::parse_with(const Verb& verb) const {
  try {
    return verb.grammar(command_.argument, *dialect_);
  } catch (const std::exception&) {
    return Reply{code::local_error, "4.3.0 internal error, try again later"};
  }
}

std::optional<Reply> ServerProtocol::parse_argument(const Verb& verb) {
  const bool broken = command_.argument.empty() ? verb.argument == ArgumentRule::required
                                                : verb.argument == ArgumentRule::none;
  if (broken) return Reply{code::arg_syntax_error, "5.5.4 syntax: " + verb.syntax};
  if (!verb.grammar) return std::nullopt;
  Parsed parsed = parse_with(verb);
  if (auto* wrong = std::get_if<Reply>(&parsed)) return std::move(*wrong);
  command_.arguments = std::get<Arguments>(std::move(parsed));
  // RFC 5321 §4.1.1.11: parameters belong to extensions, and HELO switched those off (§4.1.1.1).
  if (!extended_ && has_parameters(command_.arguments)) {
    return Reply{code::parameter_unknown, "5.5.4 parameters are known after EHLO only"};
  }
  if (verb.effect == Effect::add_recipient && !envelope_.mail.smtputf8) {
    if (auto wrong = needs_smtputf8(command_.arguments)) return wrong;
  }
  // RFC 5321 §4.5.3.1.10.
  if (verb.effect == Effect::add_recipient &&
      envelope_.recipients.size() >= dialect_->limits().recipients) {
    return Reply{code::no_storage, "4.5.3 too many recipients, send them another time"};
  }
  return std::nullopt;
}

Step ServerProtocol::next_body(std::string_view input) {
  std::size_t consumed = 0;
  while (consumed < input.size()) {
    const BodyScanner::Found found = scanner_.next(input.substr(consumed));
    body_octets_ += found.text.size();
    consumed += found.consumed;
    if (found.ended) {
      pending_ = Pending::body_end;
      return {BodyEnd{body_refusal()}, consumed};
    }
    // What is refused already is read to its end, and kept nowhere.
    if (!found.text.empty() && !is_text_refused()) return {BodyChunk{found.text}, consumed};
  }
  return {NeedMore{}, consumed};
}

bool ServerProtocol::is_text_refused() const noexcept {
  return body_octets_ > dialect_->limits().message_bytes || scanner_.fault() != BodyFault::none;
}

std::optional<Reply> ServerProtocol::body_refusal() const {
  if (scanner_.fault() != BodyFault::none) return fault_reply(scanner_.fault());
  if (body_octets_ <= dialect_->limits().message_bytes) return std::nullopt;
  return Reply{code::quota_limit, "5.3.4 message larger than " +
                                      std::to_string(dialect_->limits().message_bytes) + " octets"};
}

void ServerProtocol::greet(const Reply& reply, std::string& out) {
  append_reply(out, reply, Enhanced::no);
  if (!reply.is_positive()) state_ = State::refused;  // RFC 5321 §3.1
  if (reply.closes()) state_ = State::finished;
}

void ServerProtocol::answer(const Reply& reply, std::string& out) {
  QUOTH_ASSERT(pending_ != Pending::nothing);
  const Pending answered = std::exchange(pending_, Pending::nothing);
  const bool is_command = answered == Pending::command && command_.definition != nullptr;
  const Effect effect = is_command ? command_.definition->effect : Effect::none;
  if (over_limit(reply, effect)) {
    finish({code::not_available, "4.7.0 too many errors, closing connection"}, out);
    return;
  }
  const bool is_hello =
      command_.definition != nullptr && command_.definition->effect == Effect::greet;
  append_reply(out, reply, is_hello ? Enhanced::no : Enhanced::yes);
  if (answered == Pending::body_end) {
    forget_transaction();
    state_ = State::greeted;
  }
  if (agrees(reply, effect)) apply(effect);
  if (!reply.closes()) return;
  forget_transaction();
  state_ = State::finished;
}

/// A command that fails counts; a recipient who is refused has a count of its own, since a mailing
/// list with many gone readers is no attack. What fails for a while does not count at all.
bool ServerProtocol::over_limit(const Reply& reply, Effect effect) noexcept {
  if (!reply.is_permanent() || state_ == State::body) return false;
  const Limits& limits = dialect_->limits();
  const bool refused = effect == Effect::add_recipient;
  return refused ? ++refused_recipients_ >= limits.refused_recipients : ++errors_ >= limits.errors;
}

void ServerProtocol::hang_up(const Reply& reply, std::string& out) {
  pending_ = Pending::nothing;
  finish(reply, out);
}

void ServerProtocol::finish(const Reply& reply, std::string& out) {
  append_reply(out, reply);
  forget_transaction();
  state_ = State::finished;
}

void ServerProtocol::apply(Effect effect) {
  switch (effect) {
    case Effect::greet: {
      forget_transaction();  // RFC 5321 §4.1.4: EHLO ends a transaction as RSET does.
      const auto* hello = std::get_if<HelloArguments>(&command_.arguments);
      helo_ = hello != nullptr ? hello->name : std::string{command_.argument};
      extended_ = command_.definition->name != "HELO";
      break;
    }
    case Effect::begin_transaction:
      if (auto* mail = std::get_if<MailArguments>(&command_.arguments)) {
        envelope_.mail = std::move(*mail);
      }
      break;
    case Effect::add_recipient:
      if (auto* rcpt = std::get_if<RcptArguments>(&command_.arguments)) {
        envelope_.recipients.push_back(std::move(*rcpt));
      }
      break;
    case Effect::begin_body:
      scanner_ = BodyScanner{dialect_->limits().text_line_bytes};
      body_octets_ = 0;
      break;
    case Effect::reset: forget_transaction(); break;
    case Effect::none: return;
  }
  state_ = after(state_, effect);
}

void ServerProtocol::forget_transaction() {
  envelope_.mail = MailArguments{};
  envelope_.recipients.clear();
}

}  // namespace quoth::smtp
