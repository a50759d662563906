#include "support/transcript_server.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <quoth/mail/mailbox.hpp>

namespace quoth::test {
namespace {

using smtp::Reply;
namespace code = smtp::code;

constexpr std::string_view hostname = "mx.local.test";

void append_parameters(std::string& out, const std::vector<smtp::Parameter>& parameters) {
  for (const smtp::Parameter& parameter : parameters) {
    out.append(" ").append(parameter.keyword);
    if (parameter.value) out.append("=").append(*parameter.value);
  }
}

}  // namespace

smtp::Dialect dialect_of(const Transcript& transcript) {
  smtp::Dialect dialect = smtp::standard_dialect(transcript.limits, transcript.protocol);
  for (const std::string& name : transcript.undefined) dialect.undefine(name);
  for (const std::string& keyword : transcript.offered) dialect.offer(keyword);
  return dialect;
}

TranscriptServer::TranscriptServer(const Transcript& transcript, const smtp::Dialect& dialect)
    : transcript_{&transcript}, dialect_{&dialect}, protocol_{dialect} {
  const Reply* const banner = chosen("banner");
  protocol_.greet(
      banner != nullptr ? *banner : Reply{code::service_ready, "mx.local.test ESMTP Quoth"},
      output_);
}

void TranscriptServer::feed(std::string_view octets) {
  input_ += octets;
  // A copy of exactly the right size, so that AddressSanitizer sees a read past its end.
  const std::vector<char> piece{input_.begin(), input_.end()};
  const std::string_view input{piece.data(), piece.size()};
  std::size_t consumed = 0;
  bool needs_more = false;
  while (!needs_more && protocol_.state() != smtp::State::finished) {
    consumed += step(input.substr(consumed), needs_more);
  }
  input_.erase(0, consumed);
}

std::size_t TranscriptServer::step(std::string_view input, bool& needs_more) {
  smtp::Step step = protocol_.next(input);
  if (std::holds_alternative<smtp::NeedMore>(step.incoming)) {
    needs_more = true;
  } else if (std::holds_alternative<smtp::CommandCame>(step.incoming)) {
    protocol_.answer(decide(), output_);
  } else if (const auto* malformed = std::get_if<smtp::Malformed>(&step.incoming)) {
    protocol_.answer(malformed->reply, output_);
  } else if (const auto* chunk = std::get_if<smtp::BodyChunk>(&step.incoming)) {
    text_ += chunk->octets;
  } else if (std::holds_alternative<smtp::AuthResponse>(step.incoming)) {
    protocol_.answer(Reply{code::bad_credentials, "5.7.8 nobody is known here"}, output_);
  } else if (auto* chunk_end = std::get_if<smtp::ChunkEnd>(&step.incoming)) {
    protocol_.answer(chunk_end->refusal.value_or(Reply{code::ok, "2.0.0 OK"}), output_);
  } else {
    end_message(std::get<smtp::BodyEnd>(step.incoming));
  }
  return step.consumed;
}

void TranscriptServer::end_message(const smtp::BodyEnd& text_end) {
  const Reply* const wanted = chosen("message");
  Reply reply{code::ok, "2.0.0 OK queued as " + std::to_string(stored_.size() + 1)};
  if (wanted != nullptr) reply = *wanted;
  if (text_end.refusal) reply = *text_end.refusal;
  if (reply.is_positive()) stored_.push_back({.envelope = envelope(), .text = text_});
  text_.clear();
  protocol_.answer(reply, output_);
}

Reply TranscriptServer::decide() {
  const smtp::Command& command = protocol_.command();
  if (command.definition == nullptr) return {code::syntax_error, "5.5.2 command not recognized"};
  const std::string_view verb = command.definition->name;
  if (const Reply* const wanted = chosen(verb)) return *wanted;
  if (verb == "HELO" || verb == "EHLO" || verb == "LHLO") return hello(command);
  if (verb == "MAIL") return {code::ok, "2.1.0 OK"};
  if (verb == "RCPT") return recipient();
  if (verb == "DATA") return {code::start_mail_input, "end data with <CRLF>.<CRLF>"};
  if (verb == "RSET" || verb == "NOOP" || verb == "BDAT") return {code::ok, "2.0.0 OK"};
  if (verb == "QUIT") return {code::quit, "2.0.0 mx.local.test closing connection"};
  if (verb == "HELP") return help(command);
  if (verb == "VRFY") {
    return {code::cannot_vrfy_user, "2.5.2 cannot verify, but will take a message and try"};
  }
  if (verb == "EXPN") return {code::not_implemented, "5.5.1 lists are not expanded here"};
  return {code::not_implemented, "5.5.1 command not implemented"};
}

Reply TranscriptServer::hello(const smtp::Command& command) const {
  std::string text{hostname};
  const bool is_extended = command.definition->name != "HELO";
  if (is_extended) text.append("\n").append(dialect_->ehlo_lines());
  return {code::ok, text};
}

Reply TranscriptServer::recipient() {
  if (protocol_.envelope().recipients.size() >= dialect_->limits().recipients) {
    return {code::no_storage, "4.5.3 too many recipients, send them another time"};
  }
  const auto& rcpt = std::get<smtp::RcptArguments>(protocol_.command().arguments);
  if (rcpt.recipient.is_bare_postmaster()) return {code::ok, "2.1.5 recipient ok"};
  if (rcpt.recipient.domain() != "local.test") return {code::unavailable, "5.7.1 relaying denied"};
  if (rcpt.recipient.local() == "unknown") return {code::unavailable, "5.1.1 no such user here"};
  return {code::ok, "2.1.5 recipient ok"};
}

Reply TranscriptServer::help(const smtp::Command& command) const {
  const std::string_view about = command.argument;
  if (!about.empty()) {
    const smtp::Verb* const verb = dialect_->find_verb(about);
    if (verb == nullptr) return {code::arg_not_implemented, "5.5.1 no such command"};
    return {code::system_help, "2.0.0 syntax: " + verb->syntax};
  }
  std::string text = "2.0.0 commands:";
  for (const smtp::Verb& verb : dialect_->verbs()) text.append(" ").append(verb.name);
  return {code::system_help, text};
}

/// The reply that the transcript's options choose; null: none.
const Reply* TranscriptServer::chosen(std::string_view verb) const noexcept {
  for (const auto& [name, reply] : transcript_->replies) {
    if (name == verb) return &reply;
  }
  return nullptr;
}

std::string TranscriptServer::envelope() const {
  const smtp::Envelope& envelope = protocol_.envelope();
  std::string line = to_path(envelope.mail.sender);
  append_parameters(line, envelope.mail.parameters);
  line += " to";
  for (const smtp::RcptArguments& rcpt : envelope.recipients) {
    line.append(" <").append(rcpt.recipient.text()).append(">");
    append_parameters(line, rcpt.parameters);
  }
  return line;
}

Outcome TranscriptServer::outcome() const {
  return {.output = output_,
          .stored = stored_,
          .state = protocol_.state(),
          .helo = protocol_.helo(),
          .command_count = protocol_.command_count(),
          .error_count = protocol_.error_count()};
}

}  // namespace quoth::test
