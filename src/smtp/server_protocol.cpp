#include <quoth/smtp/server_protocol.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"
#include "smtp/grammar.hpp"
#include "smtp/state.hpp"
#include "smtp/too_large.hpp"

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

/// A browser or a form that was made to post here, whose body may hold commands; a proxy that
/// nobody told us to believe; and others who will not understand a word.
bool is_other_protocol(std::string_view verb, std::string_view argument) noexcept {
  constexpr std::array<std::string_view, 9> methods{"GET",    "HEAD",    "POST",    "PUT",  "PATCH",
                                                    "DELETE", "OPTIONS", "CONNECT", "TRACE"};
  const auto is_verb = [&](std::string_view name) { return ascii::iequals(name, verb); };
  return std::any_of(methods.begin(), methods.end(), is_verb) || is_verb("PROXY") ||
         verb.starts_with("SSH-") || argument.find("HTTP/") != std::string_view::npos;
}

// The first octet of a TLS handshake (RFC 8446 §5.1).
constexpr char tls_handshake = '\x16';

bool has_parameters(const Arguments& arguments) noexcept {
  if (const auto* mail = std::get_if<MailArguments>(&arguments)) return !mail->parameters.empty();
  if (const auto* rcpt = std::get_if<RcptArguments>(&arguments)) return !rcpt->parameters.empty();
  return false;
}

/// Whether the reply brings the effect about. Most need a 2xx (RFC 5321 §4.2.1); text follows a 354
/// alone, TLS a 220 (RFC 3207 §4), and AUTH succeeds with 235 or goes on with 334 (RFC 4954 §4).
bool agrees(const Reply& reply, Effect effect) noexcept {
  switch (effect) {
    case Effect::begin_body: return reply.code() == code::start_mail_input;
    case Effect::start_tls:
    case Effect::restart: return reply.code() == code::service_ready;
    case Effect::authenticate:
      return reply.code() == code::authenticated || reply.code() == code::auth_continues;
    default: return reply.code() < 300;
  }
}

}  // namespace

Step ServerProtocol::next(std::string_view input) {
  QUOTH_ASSERT(pending_ == Pending::nothing && state_ != State::finished);
  QUOTH_ASSERT(state_ != State::securing);
  if (!command_) command_ = std::make_unique<Command>();
  if (state_ == State::body) return in_chunks_ ? next_chunk(input) : next_text(input);
  if (unwanted_octets_ > 0) return skip_chunk(input);
  if (is_skipping_) return skip_line(input);
  return state_ == State::exchange ? next_response(input) : next_command(input);
}

Command& ServerProtocol::command() noexcept {
  QUOTH_ASSERT(command_ != nullptr);
  return *command_;
}

Envelope& ServerProtocol::envelope() {
  if (!envelope_) envelope_ = std::make_shared<Envelope>();
  return *envelope_;
}

const Envelope& ServerProtocol::envelope() const noexcept {
  static const Envelope none;
  return envelope_ ? *envelope_ : none;
}

void ServerProtocol::forget_command() noexcept {
  QUOTH_ASSERT(pending_ == Pending::nothing);
  command_.reset();
}

void ServerProtocol::forget_empty_envelope() noexcept {
  if (!in_transaction()) envelope_.reset();
}

Step ServerProtocol::malformed(unsigned code, std::string_view text, std::size_t consumed) {
  pending_ = Pending::malformed;
  command_->definition = nullptr;
  return {Malformed{{code, text}}, consumed};
}

/// The same, and no sense can be made of what follows.
Step ServerProtocol::hopeless(unsigned code, std::string_view text, std::size_t consumed) {
  Step step = malformed(code, text, consumed);
  std::get<Malformed>(step.incoming).reply.then_close();
  return step;
}

Step ServerProtocol::next_command(std::string_view input) {
  if (input.starts_with(tls_handshake)) {
    defence_ = Defence::other_protocol;
    return hopeless(code::not_available, "4.7.0 this is SMTP, not TLS", input.size());
  }
  // RFC 5321 §2.3.8: only CRLF ends a line. With a bare LF the two sides disagree on where commands
  // begin, so nothing behind it is read: told at once, rather than after a silence.
  const std::size_t lf = input.find('\n');
  const std::size_t line_octets = lf == std::string_view::npos ? input.size() : lf + 1;
  if (line_octets > dialect_->longest_line()) {
    is_skipping_ = true;
    is_chunk_skipped_ = begins_chunk(input);
    skipped_octets_ = 0;
    return skip_line(input);
  }
  if (lf == std::string_view::npos) return {NeedMore{}, 0};
  ++tally_.commands;
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
    defence_ = Defence::long_line;
    return hopeless(code::syntax_error, "5.5.6 line too long, closing connection", octets);
  }
  if (lf == std::string_view::npos) return {NeedMore{}, octets};
  is_skipping_ = false;
  ++tally_.commands;
  defence_ = Defence::long_line;
  if (is_chunk_skipped_) {
    return hopeless(code::syntax_error, "5.5.6 line too long, closing connection", octets);
  }
  return malformed(code::syntax_error, "5.5.6 line too long", octets);
}

/// Whether the line is a command behind which octets of a message follow, as many as it says.
bool ServerProtocol::begins_chunk(std::string_view line) const noexcept {
  return std::any_of(dialect_->verbs().begin(), dialect_->verbs().end(), [&](const Verb& verb) {
    return verb.effect == Effect::take_chunk &&
           ascii::iequals(line.substr(0, verb.name.size()), verb.name);
  });
}

/// What is said to a broken line; it closes if nobody knows how many octets of a message follow.
Reply ServerProtocol::broken_line(std::string_view line, const std::string& text) const {
  if (!begins_chunk(line)) return {code::syntax_error, text};
  return Reply{code::syntax_error, text + ", closing connection"}.then_close();
}

/// Framing is done; definition, order, grammar follow, in this order.
std::optional<Reply> ServerProtocol::parse_line(std::string_view line) {
  const std::size_t octets = line.size() + 2;
  line = cut_end(line);  // RFC 5321 §4.1.1: white space before the CRLF is tolerated.
  const std::size_t verb_end = std::min(line.find(' '), line.size());
  command_->verb = line.substr(0, verb_end);
  command_->argument = line.substr(std::min(verb_end + 1, line.size()));
  command_->arguments = std::monostate{};
  command_->definition = nullptr;
  if (has_control(line)) {
    return broken_line(line, "5.5.2 control octet in a command");
  }
  if (is_verb(command_->verb)) command_->definition = dialect_->find_verb(command_->verb);
  if (command_->definition == nullptr) return unknown_verb();
  const Verb& verb = *command_->definition;
  if (octets > dialect_->limits().command_line_bytes && octets > dialect_->line_limit(verb.name)) {
    defence_ = Defence::long_line;
    return broken_line(line, "5.5.6 line too long");
  }
  if (is_demanded(verb) || !verb.allowed.contains(state_)) return out_of_place(verb);
  return parse_argument(verb);
}

/// Whether something has to be done before this verb.
bool ServerProtocol::is_demanded(const Verb& verb) const noexcept {
  return (dialect_->demands_tls() && !verb.before_tls) ||
         (dialect_->demands_auth() && !is_authenticated_ && !verb.before_auth);
}

Reply ServerProtocol::demand() const {
  if (dialect_->demands_tls()) {  // RFC 3207 §4
    return {code::demanded, "5.7.0 must issue a STARTTLS command first"};
  }
  return {code::demanded, "5.7.0 authentication required"};  // RFC 4954 §6
}

std::optional<Reply> ServerProtocol::out_of_place(const Verb& verb) {
  // RFC 3030 §2: the octets of a chunk come whether it is welcome or not, so their number is
  // wanted.
  if (verb.effect == Effect::take_chunk) {
    std::optional<Reply> wrong = parse_argument(verb);
    if (wrong && wrong->closes()) return wrong;
  }
  return is_demanded(verb) ? demand() : out_of_order(verb);
}

/// @returns none: event handlers may know it.
std::optional<Reply> ServerProtocol::unknown_verb() {
  if (state_ == State::refused) {
    return Reply{code::bad_sequence, out_of_order_text(state_, any_time)};
  }
  if (is_other_protocol(command_->verb, command_->argument)) {
    defence_ = Defence::other_protocol;
    return Reply{code::not_available, "4.7.0 this is SMTP and nothing else"};
  }
  if (!is_verb(command_->verb)) return Reply{code::syntax_error, "5.5.2 no command there"};
  if (dialect_->demands_tls() || (dialect_->demands_auth() && !is_authenticated_)) return demand();
  return std::nullopt;
}

Reply ServerProtocol::out_of_order(const Verb& verb) const {
  if (state_ == State::connected && dialect_->protocol() == Protocol::lmtp) {
    return Reply{code::bad_sequence, "5.5.1 send LHLO first"};
  }
  return Reply{code::bad_sequence, out_of_order_text(state_, verb.allowed)};
}

/// Anyone can define a grammar, and one that throws at what a client sends must not end the server.
Parsed ServerProtocol::parse_with(const Verb& verb) const {
  try {
    return verb.grammar(command_->argument, *dialect_);
  } catch (const std::exception&) {
    return Reply{code::local_error, "4.3.0 internal error, try again later"};
  }
}

std::optional<Reply> ServerProtocol::parse_argument(const Verb& verb) {
  const bool broken = command_->argument.empty() ? verb.argument == ArgumentRule::required
                                                 : verb.argument == ArgumentRule::none;
  if (broken) return Reply{code::arg_syntax_error, "5.5.4 syntax: " + verb.syntax};
  if (verb.grammar) {
    Parsed parsed = parse_with(verb);
    if (auto* wrong = std::get_if<Reply>(&parsed)) return std::move(*wrong);
    command_->arguments = std::get<Arguments>(std::move(parsed));
  }
  // RFC 5321 §4.1.1.11: parameters belong to extensions, and HELO switched those off (§4.1.1.1).
  if (!extended_ && has_parameters(command_->arguments)) {
    return Reply{code::parameter_unknown, "5.5.4 parameters are known after EHLO only"};
  }
  if (verb.effect == Effect::add_recipient && !std::as_const(*this).envelope().mail.smtputf8) {
    if (auto wrong = needs_smtputf8(command_->arguments)) return wrong;
  }
  return over_transaction_limit(verb.effect);
}

std::optional<Reply> ServerProtocol::over_transaction_limit(Effect effect) {
  const Limits& limits = dialect_->limits();
  switch (effect) {
    case Effect::begin_transaction:
      if (!limits.messages || tally_.messages < *limits.messages) return std::nullopt;
      defence_ = Defence::messages;
      return Reply{code::not_available, "4.7.0 too many messages, closing connection"};
    case Effect::add_recipient: return over_recipient_limit();
    case Effect::begin_body:
      // RFC 3030 §3: what has no lines cannot end with one that holds a dot.
      if (std::as_const(*this).envelope().mail.body != Body::binary_mime) return std::nullopt;
      return Reply{code::bad_sequence, "5.5.1 BODY=BINARYMIME comes by BDAT"};
    case Effect::take_chunk: {
      const std::uint64_t before = state_ == State::chunks ? body_octets_ : 0;
      const auto* chunk = std::get_if<ChunkArguments>(&command_->arguments);
      if (chunk == nullptr || chunk->size <= limits.message_bytes - before) return std::nullopt;
      return too_large(limits);
    }
    case Effect::authenticate: return over_auth_limit();
    case Effect::start_tls:
      if (!dialect_->is_secured()) return std::nullopt;
      return Reply{code::bad_sequence, "5.5.1 TLS is on already"};
    default: return std::nullopt;
  }
}

/// RFC 5321 §4.5.3.1.10, RFC 9422 §4.3.
std::optional<Reply> ServerProtocol::over_recipient_limit() {
  const Limits& limits = dialect_->limits();
  if (recipient_count_ >= limits.recipients) {
    return Reply{code::no_storage, "4.5.3 too many recipients, send them another time"};
  }
  const auto* rcpt = std::get_if<RcptArguments>(&command_->arguments);
  if (!limits.recipient_domains || rcpt == nullptr) return std::nullopt;
  // The client's domain counts, whatever handlers make of it.
  const std::string& domain = rcpt->recipient.domain();
  parsed_domain_.clear();
  if (std::find(domains_.begin(), domains_.end(), domain) != domains_.end()) return std::nullopt;
  parsed_domain_ = domain;
  if (domains_.size() < *limits.recipient_domains) return std::nullopt;
  return Reply{code::no_storage, "4.5.3 too many domains, send to this one another time"};
}

void ServerProtocol::greet(const Reply& reply, std::string& out) {
  append_reply(out, reply, Enhanced::no);
  if (!reply.is_positive()) state_ = State::refused;  // RFC 5321 §3.1
  if (reply.closes()) state_ = State::finished;
}

void ServerProtocol::answer(const Reply& reply, std::string& out) {
  QUOTH_ASSERT(pending_ != Pending::nothing);
  switch (const Pending answered = std::exchange(pending_, Pending::nothing)) {
    case Pending::body_end: return end_message(out, {&reply, 1});
    case Pending::chunk_end:
      append_reply(out, reply);
      state_ = State::chunks;
      if (!reply.is_positive() || has_given_up_) forget_message();
      if (reply.closes() || has_given_up_) state_ = State::finished;
      return;
    case Pending::response: return answer_exchange(reply, out);
    default:
      if (state_ == State::exchange) return answer_exchange(reply, out);
      return answer_command(reply, answered, out);
  }
}

void ServerProtocol::answer_each(std::span<const Reply> replies, std::string& out) {
  QUOTH_ASSERT(pending_ == Pending::body_end && replies.size() == recipient_count_);
  pending_ = Pending::nothing;
  end_message(out, replies);
}

void ServerProtocol::answer_command(const Reply& reply, Pending answered, std::string& out) {
  const Verb* const verb = command_->definition;
  const Effect effect =
      verb != nullptr && answered == Pending::command ? verb->effect : Effect::none;
  if (const std::optional<Reply> instead = over_limit(reply, effect)) return finish(*instead, out);
  if (verb != nullptr && verb->effect == Effect::take_chunk) {
    const bool is_taken = answered == Pending::command && agrees(reply, effect);
    return is_taken ? begin_chunk() : refuse_chunk(reply, out);
  }
  const bool has_agreed = agrees(reply, effect);
  if (has_agreed && effect == Effect::authenticate) return begin_exchange(reply, out);
  // RFC 2034 §4: neither greetings nor the answers to HELO and EHLO.
  const bool is_hello = verb != nullptr && verb->effect == Effect::greet;
  const bool is_greeting = is_hello || (has_agreed && effect == Effect::restart);
  append_reply(out, reply, is_greeting ? Enhanced::no : Enhanced::yes);
  if (has_agreed) apply(effect);
  if (!reply.closes()) return;
  forget_transaction();
  state_ = State::finished;
}

/// A command that fails counts; a recipient who is refused has a count of its own, since a mailing
/// list with many gone readers is no attack. Chunks behind one that failed are no further failures,
/// and what fails for a while is none.
std::optional<Reply> ServerProtocol::over_limit(const Reply& reply, Effect effect) {
  const Limits& limits = dialect_->limits();
  const Verb* const verb = command_->definition;
  const bool is_chunk = verb != nullptr && verb->effect == Effect::take_chunk;
  const bool is_first_hello = effect == Effect::greet && state_ == State::connected;
  const bool is_junk =
      verb != nullptr && !is_first_hello && (verb->is_junk || (is_chunk && !reply.is_positive()));
  if (is_junk && !reply.closes() && ++tally_.junk_commands > limits.junk_commands) {
    defence_ = Defence::junk_commands;
    return Reply{code::not_available, "4.7.0 too many commands and no message, closing connection"};
  }
  if (!reply.is_permanent() || is_chunk) return std::nullopt;
  const bool is_over = effect == Effect::add_recipient
                           ? ++tally_.refused_recipients >= limits.refused_recipients
                           : ++tally_.errors >= limits.errors;
  if (!is_over) return std::nullopt;
  defence_ = Defence::errors;
  return Reply{code::not_available, "4.7.0 too many errors, closing connection"};
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
      const auto* hello = std::get_if<HelloArguments>(&command_->arguments);
      helo_ = hello != nullptr ? hello->name : std::string{command_->argument};
      extended_ = command_->definition->name != "HELO";
      break;
    }
    case Effect::begin_transaction:
      if (auto* mail = std::get_if<MailArguments>(&command_->arguments)) {
        envelope().mail = std::move(*mail);
      }
      break;
    case Effect::add_recipient: {
      auto* const rcpt = std::get_if<RcptArguments>(&command_->arguments);
      if (rcpt == nullptr) return;  // handlers took it away: nobody was added
      rcpt->place = static_cast<std::uint32_t>(recipient_count_++);
      if (!parsed_domain_.empty()) domains_.push_back(std::exchange(parsed_domain_, {}));
      envelope().recipients.push_back(std::move(*rcpt));
      break;
    }
    case Effect::begin_body: begin_text(Framing::dots); break;
    case Effect::reset: forget_transaction(); break;
    case Effect::start_tls:
    case Effect::restart:
      forget_transaction();
      helo_.clear();
      extended_ = false;
      is_authenticated_ = false;
      break;
    case Effect::take_chunk:
    case Effect::authenticate:
    case Effect::none: return;
  }
  state_ = after(state_, effect);
}

void ServerProtocol::forget_transaction() {
  if (envelope_.use_count() != 1) {
    envelope_.reset();
  } else {
    envelope_->mail = MailArguments{};
    envelope_->recipients.clear();
  }
  recipient_count_ = 0;
  domains_.clear();
}

}  // namespace quoth::smtp
