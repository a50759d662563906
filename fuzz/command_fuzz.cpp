// One line, in each state of a conversation: whatever it is, it has one reply, the state moves
// along the table or not at all, and what came through the grammar is what it says it is.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/mail/mailbox.hpp>
#include <quoth/smtp/extensions.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "core/ascii.hpp"

namespace {

using namespace quoth::smtp;

constexpr std::array<std::string_view, 3> way_to_rcpt{
    "EHLO client.test\r\n", "MAIL FROM:<ann@client.test>\r\n", "RCPT TO:<user@local.test>\r\n"};
constexpr std::string_view mail_with_utf8 = "MAIL FROM:<ann@client.test> SMTPUTF8\r\n";

/// Brings a fresh protocol on by `steps` commands.
void prepare(ServerProtocol& protocol, std::size_t steps, bool smtputf8) {
  std::string out;
  for (std::size_t i = 0; i < steps; ++i) {
    const Step step = protocol.next(i == 1 && smtputf8 ? mail_with_utf8 : way_to_rcpt[i]);
    QUOTH_ASSERT(std::holds_alternative<CommandCame>(step.incoming));
    protocol.answer({code::ok, "2.0.0 OK"}, out);
  }
}

/// All that there is, so that all of it is read.
Dialect dialect_with_all() {
  Dialect dialect = standard_dialect({.message_bytes = 1000000});
  for (const std::string& keyword : dialect.known_extensions()) dialect.offer(keyword);
  dialect.define(extension::xclient());
  dialect.define(extension::xforward());
  return dialect;
}

bool is_visible(std::string_view text) {
  return std::ranges::none_of(text, quoth::ascii::is_control);
}

void check_parameters(std::string_view verb, const std::vector<Parameter>& parameters,
                      const Dialect& dialect) {
  for (const Parameter& parameter : parameters) {
    QUOTH_ASSERT(dialect.find_parameter(verb, parameter.keyword) != nullptr);
    QUOTH_ASSERT(parameter.keyword == quoth::ascii::upper(parameter.keyword));
    QUOTH_ASSERT(!parameter.value || (!parameter.value->empty() && is_visible(*parameter.value)));
    const auto same = [&](const Parameter& other) { return other.keyword == parameter.keyword; };
    QUOTH_ASSERT(std::ranges::count_if(parameters, same) == 1);
  }
}

bool is_ascii(std::string_view text) { return std::ranges::none_of(text, quoth::ascii::is_high); }

/// What the typed fields promise.
void check_mail(const MailArguments& mail, const Dialect& dialect) {
  QUOTH_ASSERT(mail.size.value_or(0) <= dialect.limits().message_bytes);
  QUOTH_ASSERT(mail.smtputf8 || !mail.sender || mail.sender->is_ascii());
  QUOTH_ASSERT(mail.priority.value_or(0) >= -9 && mail.priority.value_or(0) <= 9);
  if (mail.envelope_id) {
    QUOTH_ASSERT(is_visible(*mail.envelope_id) && is_ascii(*mail.envelope_id));
    QUOTH_ASSERT(mail.envelope_id->size() <= 100);
  }
  if (mail.deliver_by) {
    const auto seconds = mail.deliver_by->time.count();
    QUOTH_ASSERT(seconds >= -999999999 && seconds <= 999999999);
    QUOTH_ASSERT(seconds > 0 || mail.deliver_by->mode == DeliverBy::Mode::notify);
  }
  for (const Parameter& parameter : mail.parameters) {
    QUOTH_ASSERT(!parameter.value || is_ascii(*parameter.value));
  }
  check_parameters("MAIL", mail.parameters, dialect);
}

/// `smtputf8`: whether the transaction has it.
void check_rcpt(const RcptArguments& rcpt, const Dialect& dialect, bool smtputf8) {
  QUOTH_ASSERT(smtputf8 || rcpt.recipient.is_ascii());
  if (rcpt.original_recipient) {
    const OriginalRecipient& original = *rcpt.original_recipient;
    QUOTH_ASSERT(!original.type.empty() && is_visible(original.type) && is_ascii(original.type));
    QUOTH_ASSERT(!original.address.empty() && is_visible(original.address));
    QUOTH_ASSERT(original.type == "utf-8" || is_ascii(original.address));
  }
  for (const Parameter& parameter : rcpt.parameters) {
    QUOTH_ASSERT(smtputf8 || !parameter.value || is_ascii(*parameter.value));
  }
  check_parameters("RCPT", rcpt.parameters, dialect);
}

/// "size [LAST]" (RFC 3030 §2), and nothing else.
void check_chunk(const ChunkArguments& chunk, std::string_view argument, const Dialect& dialect) {
  QUOTH_ASSERT(chunk.size <= dialect.limits().message_bytes);
  std::string_view digits = argument.substr(0, argument.find(' '));
  QUOTH_ASSERT(!digits.empty() && std::ranges::all_of(digits, quoth::ascii::is_digit));
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  QUOTH_ASSERT(digits == std::to_string(chunk.size));
  const std::string_view rest = argument.substr(std::min(argument.find(' '), argument.size()));
  QUOTH_ASSERT(chunk.is_last ? quoth::ascii::iequals(rest, " LAST") : rest.empty());
}

/// What a trusted peer tells of others: it ends up in header fields and in the log.
void check_told(const std::optional<std::string>& text) {
  QUOTH_ASSERT(!text || (text->size() <= 255 && is_visible(*text)));
}

void check_other(const Arguments& arguments) {
  if (const auto* xclient = std::get_if<XclientArguments>(&arguments)) {
    check_told(xclient->name);
    check_told(xclient->address);
    check_told(xclient->helo);
    check_told(xclient->login);
    check_told(xclient->server_address);
    QUOTH_ASSERT(!xclient->is_name_pending || xclient->name == "");
    QUOTH_ASSERT(!xclient->address || is_ascii(*xclient->address));
  } else if (const auto* xforward = std::get_if<XforwardArguments>(&arguments)) {
    check_told(xforward->name);
    check_told(xforward->address);
    check_told(xforward->protocol);
    check_told(xforward->helo);
    check_told(xforward->ident);
    QUOTH_ASSERT(!xforward->name || is_ascii(*xforward->name));
  } else {
    QUOTH_ASSERT(std::holds_alternative<std::monostate>(arguments) ||
                 std::holds_alternative<EtrnArguments>(arguments));
  }
}

/// What the grammar promises.
void check_arguments(const Command& command, const Dialect& dialect, bool smtputf8) {
  const Verb& verb = *command.definition;
  if (verb.argument == ArgumentRule::none) QUOTH_ASSERT(command.argument.empty());
  if (verb.argument == ArgumentRule::required) QUOTH_ASSERT(!command.argument.empty());
  switch (verb.effect) {
    case Effect::greet:
      QUOTH_ASSERT(std::get<HelloArguments>(command.arguments).name == command.argument);
      break;
    case Effect::begin_transaction:
      check_mail(std::get<MailArguments>(command.arguments), dialect);
      break;
    case Effect::add_recipient:
      check_rcpt(std::get<RcptArguments>(command.arguments), dialect, smtputf8);
      break;
    case Effect::take_chunk:
      check_chunk(std::get<ChunkArguments>(command.arguments), command.argument, dialect);
      break;
    default: check_other(command.arguments);
  }
}

/// What handlers may rely on.
void check_command(const ServerProtocol& protocol, const Command& command, std::string_view line,
                   const Dialect& dialect) {
  const State state = protocol.state();
  QUOTH_ASSERT(!command.verb.empty() && line.starts_with(command.verb));
  QUOTH_ASSERT(std::ranges::all_of(command.verb, quoth::ascii::is_alnum));
  QUOTH_ASSERT(is_visible(command.argument) && !command.argument.ends_with(' '));
  QUOTH_ASSERT(line.ends_with("\r\n") && line.size() <= dialect.longest_line());
  if (command.definition == nullptr) return;
  const Verb& verb = *command.definition;
  QUOTH_ASSERT(quoth::ascii::iequals(verb.name, command.verb));
  QUOTH_ASSERT(verb.allowed.contains(state));
  QUOTH_ASSERT(line.size() <= dialect.line_limit(verb.name));
  check_arguments(command, dialect, protocol.envelope().mail.smtputf8);
}

/// A reply of one line, or of several: none in between, none open.
void check_reply(std::string_view out, unsigned code) {
  QUOTH_ASSERT(out.ends_with("\r\n"));
  QUOTH_ASSERT(out.starts_with(std::to_string(code)));
  while (!out.empty()) {
    const std::size_t end = out.find("\r\n");
    const std::string_view line = out.substr(0, end);
    out.remove_prefix(end + 2);
    QUOTH_ASSERT(line.size() >= 4 && line.size() + 2 <= 512);
    QUOTH_ASSERT(line[3] == (out.empty() ? ' ' : '-'));
    QUOTH_ASSERT(is_visible(line) && std::ranges::none_of(line, quoth::ascii::is_high));
  }
}

/// Where a refusal leads: a chunk that is refused ends the message of which it would be a part, and
/// one that is too large to be skipped the conversation.
State state_after_refusal(const ServerProtocol& protocol, const Command& command,
                          const Reply& reply) {
  if (reply.closes()) return State::finished;
  const bool is_chunk =
      command.definition != nullptr && command.definition->effect == Effect::take_chunk;
  const auto* chunk = std::get_if<ChunkArguments>(&command.arguments);
  const std::uint64_t size = is_chunk && chunk != nullptr ? chunk->size : 0;
  if (size > protocol.dialect().limits().discarded_bytes) return State::finished;
  return is_chunk && protocol.state() == State::rcpt ? State::greeted : protocol.state();
}

void try_malformed(ServerProtocol& protocol, const Reply& reply) {
  QUOTH_ASSERT(!reply.is_positive());
  const State expected = state_after_refusal(protocol, protocol.command(), reply);
  std::string out;
  protocol.answer(reply, out);
  check_reply(out, reply.code());
  QUOTH_ASSERT(protocol.state() == expected);
}

void try_command(ServerProtocol& protocol, const Reply& reply) {
  const State refused = state_after_refusal(protocol, protocol.command(), reply);
  const bool is_chunk = std::holds_alternative<ChunkArguments>(protocol.command().arguments);
  std::string out;
  protocol.answer(reply, out);
  if (is_chunk && reply.code() == 250) {
    // Its end is answered.
    QUOTH_ASSERT(out.empty() && protocol.state() == State::body);
    return;
  }
  // A 3xx behind a chunk would ask for text that never comes: it is a failure of the server's own.
  const bool is_replaced = is_chunk && reply.is_positive();
  check_reply(out, is_replaced ? 451 : reply.code());
  QUOTH_ASSERT((reply.is_positive() && !is_replaced) || protocol.state() == refused);
  QUOTH_ASSERT(protocol.in_transaction() || protocol.envelope().recipients.empty());
}

/// Reads `line` in the state behind `steps` commands, and gives a command the reply `code`.
void try_line(const Dialect& dialect, std::string_view line, std::size_t steps, unsigned code) {
  ServerProtocol protocol{dialect};
  prepare(protocol, steps, code == 250);
  const State before = protocol.state();
  const Step step = protocol.next(line);
  QUOTH_ASSERT(step.consumed <= line.size() && protocol.state() == before);
  if (const auto* malformed = std::get_if<Malformed>(&step.incoming)) {
    try_malformed(protocol, malformed->reply);
  } else if (std::holds_alternative<CommandCame>(step.incoming)) {
    QUOTH_ASSERT(step.consumed == line.find('\n') + 1);
    check_command(protocol, protocol.command(), line.substr(0, step.consumed), dialect);
    try_command(protocol, {code, "text"});
  } else {
    QUOTH_ASSERT(std::holds_alternative<NeedMore>(step.incoming));
    QUOTH_ASSERT(line.find('\n') == std::string_view::npos);
    QUOTH_ASSERT(line.size() - step.consumed <= dialect.longest_line());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Dialect dialect = dialect_with_all();
  const std::string line{reinterpret_cast<const char*>(data), size};
  for (std::size_t steps = 0; steps <= way_to_rcpt.size(); ++steps) {
    for (const unsigned code : {250U, 354U, 450U, 550U}) {
      try_line(dialect, line, steps, code);
      try_line(dialect, line + "\r\n", steps, code);
    }
  }
  return 0;
}
