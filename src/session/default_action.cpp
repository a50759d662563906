#include "session/default_action.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "mail/trace.hpp"
#include "session/authentication.hpp"
#include "session/claims.hpp"
#include "session/command_run.hpp"
#include "session/protocol_word.hpp"

namespace quoth::session {
namespace {

using smtp::Reply;
namespace code = smtp::code;

/// `reply` with an enhanced code if it has none (RFC 2034 §4): a handler that says "OK" need not
/// know which one belongs there.
Reply with_enhanced(Reply reply, std::string_view enhanced) {
  if (!reply.is_positive() || reply.enhanced().is_set()) return reply;
  Reply result{reply.code(), std::string{enhanced}.append(" ").append(reply.text())};
  if (reply.closes()) result.then_close();
  return result;
}

std::optional<Reply> begin_hello(CommandRun& run) {
  const auto& arguments = std::get<smtp::HelloArguments>(run.command().arguments);
  const bool is_extended = run.command().definition->name != "HELO";
  run.fire<event::Helo>(std::string_view{arguments.name}, is_extended);
  return std::nullopt;
}

/// The lines of EHLO that concern this client alone.
void append_own_lines(const Surroundings& around, std::string& text) {
  const smtp::Dialect& dialect = around.speech.dialect();
  const auto list = [&](std::string_view keyword) {
    text.append("\n").append(keyword).append(" ").append(dialect.ehlo_value(keyword));
  };
  if (around.arrival.may_xclient) list("XCLIENT");
  if (around.arrival.may_xforward) list("XFORWARD");
  // Where TLS is demanded, AUTH would be refused without it.
  if (!dialect.offers("AUTH") || dialect.demands_tls()) return;
  append_auth_line(around.context.options.auth, around.session, text);
}

/// RFC 5321 §4.1.1.1: our name, a greeting, then a line for each extension.
Reply end_hello(CommandRun& run, Decision typed) {
  if (typed && !typed->is_positive()) return *std::move(typed);
  std::string text{run.surroundings().session.hostname()};
  if (typed && !typed->text().empty()) text.append(" ").append(typed->text());
  const std::string& lines = run.surroundings().speech.dialect().ehlo_lines();
  const bool is_extended = run.command().definition->name != "HELO";
  if (!is_extended) return {code::ok, text};
  if (!lines.empty()) text.append("\n").append(lines);
  append_own_lines(run.surroundings(), text);
  return {code::ok, text};
}

std::optional<Reply> begin_mail(CommandRun& run) {
  auto& arguments = std::get<smtp::MailArguments>(run.command().arguments);
  run.fire<event::Mail>(arguments, arguments.sender);
  return std::nullopt;
}

Reply end_mail(CommandRun& /*run*/, Decision typed) {
  static const Reply usual{code::ok, "2.1.0 OK"};
  return typed ? with_enhanced(*std::move(typed), "2.1.0") : usual;
}

std::size_t octets_of(const smtp::RcptArguments& arguments) noexcept {
  std::size_t octets = sizeof arguments + 3 * arguments.recipient.text().size();
  if (const auto& original = arguments.original_recipient) {
    octets += sizeof *original + original->type.size() + original->address.size();
  }
  if (arguments.valid_since) octets += sizeof *arguments.valid_since;
  for (const smtp::Parameter& parameter : arguments.parameters) {
    octets += sizeof parameter + parameter.keyword.size() + parameter.value.value_or("").size();
  }
  return octets;
}

std::optional<Reply> begin_rcpt(CommandRun& run) {
  auto& arguments = std::get<smtp::RcptArguments>(run.command().arguments);
  run.fire<event::Rcpt>(std::as_const(run.surroundings().protocol).envelope(), arguments,
                        arguments.recipient);
  return std::nullopt;
}

/// Nobody takes the recipient: refused, lest a server without handlers is an open relay.
Reply end_rcpt(CommandRun& run, Decision typed) {
  const auto& arguments = std::get<smtp::RcptArguments>(run.command().arguments);
  if (typed && typed->is_positive() &&
      !run.surroundings().envelope_memory.grow(octets_of(arguments))) {
    return {code::no_storage, "4.3.1 short of memory, try again later"};
  }
  if (typed) return with_enhanced(*std::move(typed), "2.1.5");
  return {code::unavailable, "5.7.1 <" + arguments.recipient.text() + "> is not accepted here"};
}

std::optional<Reply> begin_data(CommandRun& run) {
  const Surroundings& around = run.surroundings();
  const smtp::Envelope& envelope = around.protocol.envelope();
  CommandRun::Receipt& receipt = run.receipt();
  receipt.queue_id = around.context.ids.next();
  const bool is_single = envelope.recipients.size() == 1;
  const std::string origin = claim_comment(around.session);
  receipt.received = mail::received_field(
      {.helo = around.session.helo(),
       .client_address = around.session.client().address,
       .by = around.session.hostname(),
       .cipher = around.session.tls() ? std::string_view{around.session.tls()->cipher}
                                      : std::string_view{},
       .comment = origin,
       .protocol = protocol_word(around.session),
       .id = receipt.queue_id,
       // RFC 5321 §7.2: no recipient learns of the others.
       .recipient = is_single ? &envelope.recipients.front().recipient : nullptr,
       .time = around.context.options.clock->now()});
  run.fire<event::Data>(envelope, std::string_view{receipt.queue_id},
                        std::string_view{receipt.received});
  return std::nullopt;
}

Reply end_data(CommandRun& /*run*/, Decision typed) {
  if (typed && !typed->is_positive()) return *std::move(typed);
  static const Reply usual{code::start_mail_input, "end data with <CRLF>.<CRLF>"};
  return usual;
}

/// RFC 3030 §2: the first chunk is what DATA is otherwise; the others go where that one went.
std::optional<Reply> begin_chunk(CommandRun& run) {
  if (run.surroundings().protocol.state() == smtp::State::rcpt) return begin_data(run);
  return Reply{code::ok, "2.0.0 OK"};
}

Reply end_chunk(CommandRun& /*run*/, Decision typed) {
  if (typed && !typed->is_positive()) return *std::move(typed);
  return {code::ok, "2.0.0 OK"};
}

std::optional<Reply> reset(CommandRun& /*run*/) { return Reply{code::ok, "2.0.0 OK"}; }

std::optional<Reply> noop(CommandRun& /*run*/) { return Reply{code::ok, "2.0.0 OK"}; }

std::optional<Reply> quit(CommandRun& run) {
  const std::string_view hostname = run.surroundings().session.hostname();
  return Reply{code::quit, std::string{"2.0.0 "}.append(hostname).append(" closing connection")};
}

/// Whether this client could say the verb at all.
bool is_of_use(const smtp::Verb& verb, const Surroundings& around) noexcept {
  if (verb.name == "XCLIENT") return around.arrival.may_xclient;
  if (verb.name == "XFORWARD") return around.arrival.may_xforward;
  return verb.effect != smtp::Effect::start_tls || !around.speech.dialect().is_secured();
}

/// RFC 5321 §4.1.1.8: how one verb is written, or which there are.
std::optional<Reply> help(CommandRun& run) {
  const smtp::Dialect& dialect = run.surroundings().speech.dialect();
  const std::string_view about = run.command().argument;
  if (!about.empty()) {
    const smtp::Verb* const verb = dialect.find_verb(about);
    if (verb == nullptr) return Reply{code::arg_not_implemented, "5.5.1 no such command"};
    return Reply{code::system_help, "2.0.0 syntax: " + verb->syntax};
  }
  std::string text = "2.0.0 commands:";
  for (const smtp::Verb& verb : dialect.verbs()) {
    if (is_of_use(verb, run.surroundings())) text.append(" ").append(verb.name);
  }
  return Reply{code::system_help, text};
}

/// RFC 5321 §3.5.3, §7.3: who exists is told to nobody.
std::optional<Reply> vrfy(CommandRun& /*run*/) {
  return Reply{code::cannot_vrfy_user, "2.5.2 cannot verify, but will take a message and try"};
}

std::optional<Reply> expn(CommandRun& /*run*/) {
  return Reply{code::not_implemented, "5.5.1 lists are not expanded here"};
}

std::optional<Reply> begin_etrn(CommandRun& run) {
  run.fire<event::Etrn>(std::get<smtp::EtrnArguments>(run.command().arguments));
  return std::nullopt;
}

/// RFC 1985 §5.3.
Reply end_etrn(CommandRun& /*run*/, Decision typed) {
  return typed ? *std::move(typed) : Reply{458, "4.3.0 nothing can be sent to that host now"};
}

/// RFC 3207 §4: 454 if there is no TLS to be had now.
std::optional<Reply> start_tls(CommandRun& run) {
  const Context& context = run.surroundings().context;
  if (context.tls == nullptr || !context.tls->has_room()) {
    return Reply{code::temporary_failure, "4.7.0 TLS is not available now, try again later"};
  }
  return Reply{code::service_ready, "2.0.0 ready to start TLS"};
}

std::optional<net::AddressKey> network_of(const Arrival& arrival) noexcept {
  return arrival.keys ? std::optional{arrival.keys->network} : std::nullopt;
}

/// RFC 4954 §4: the exchange begins, or what speaks against it.
std::optional<Reply> begin_auth(CommandRun& run) {
  const Surroundings& around = run.surroundings();
  auto& arguments = std::get<smtp::AuthArguments>(run.command().arguments);
  if (around.context.guard.is_blocked(network_of(around.arrival),
                                      std::chrono::steady_clock::now())) {
    around.context.defences.add(Defence::auth_failures);
    return Reply{code::not_available,
                 "4.7.0 too many failed logins from your network, "
                 "try again later"};
  }
  return begin_authentication(around, arguments);
}

Reply not_trusted() { return {code::unavailable, "5.7.1 you are not trusted to speak for others"}; }

/// The client that the peer names is greeted as if it had connected itself.
std::optional<Reply> begin_xclient(CommandRun& run) {
  const Surroundings& around = run.surroundings();
  if (!around.arrival.may_xclient) return not_trusted();
  const auto& arguments = std::get<smtp::XclientArguments>(run.command().arguments);
  const std::optional<net::PeerKeys> keys = take_claim(around.session.facts(), arguments);
  if (arguments.address) around.arrival.keys = keys ? keys : around.arrival.own_keys;
  run.fire<event::Connect>();
  return std::nullopt;
}

Reply end_xclient(CommandRun& run, Decision typed) {
  if (typed && !typed->is_positive()) return typed->then_close();
  const std::string_view hostname = run.surroundings().session.hostname();
  return {code::service_ready, std::string{hostname}.append(" ESMTP Quoth")};
}

std::optional<Reply> xforward(CommandRun& run) {
  const Surroundings& around = run.surroundings();
  if (!around.arrival.may_xforward) return not_trusted();
  take_claim(around.session.facts(), std::get<smtp::XforwardArguments>(run.command().arguments));
  return Reply{code::ok, "2.0.0 OK"};
}

constexpr std::size_t none = 0;
constexpr std::size_t hello_arguments = 1;
constexpr std::size_t mail_arguments = 2;
constexpr std::size_t rcpt_arguments = 3;
constexpr std::size_t chunk_arguments = 4;
constexpr std::size_t etrn_arguments = 5;
constexpr std::size_t auth_arguments = 6;
constexpr std::size_t xclient_arguments = 7;
constexpr std::size_t xforward_arguments = 8;
static_assert(std::is_same_v<std::variant_alternative_t<xforward_arguments, smtp::Arguments>,
                             smtp::XforwardArguments>);

constexpr std::array<DefaultAction, 18> actions{{
    {"HELO", hello_arguments, begin_hello, end_hello},
    {"EHLO", hello_arguments, begin_hello, end_hello},
    {"LHLO", hello_arguments, begin_hello, end_hello},
    {"MAIL", mail_arguments, begin_mail, end_mail},
    {"RCPT", rcpt_arguments, begin_rcpt, end_rcpt},
    {"DATA", none, begin_data, end_data},
    {"BDAT", chunk_arguments, begin_chunk, end_chunk},
    {"RSET", none, reset, nullptr},
    {"NOOP", none, noop, nullptr},
    {"QUIT", none, quit, nullptr},
    {"HELP", none, help, nullptr},
    {"VRFY", none, vrfy, nullptr},
    {"ETRN", etrn_arguments, begin_etrn, end_etrn},
    {"EXPN", none, expn, nullptr},
    {"STARTTLS", none, start_tls, nullptr},
    {"AUTH", auth_arguments, begin_auth, nullptr},
    {"XCLIENT", xclient_arguments, begin_xclient, end_xclient},
    {"XFORWARD", xforward_arguments, xforward, nullptr},
}};

}  // namespace

const DefaultAction* find_default_action(std::string_view verb) noexcept {
  const auto* const found = std::find_if(actions.begin(), actions.end(),
                                         [&](const DefaultAction& a) { return a.verb == verb; });
  return found == actions.end() ? nullptr : found;
}

}  // namespace quoth::session
