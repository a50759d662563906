#include "conform/probe.hpp"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "conform/dialogue.hpp"
#include "conform/judge.hpp"
#include "conform/opening.hpp"
#include "conform/wire.hpp"

namespace quoth::conform {
namespace {

using What = Wire::Received::What;

Probe failed(std::string error, std::string advice) {
  Probe result;
  result.error = std::move(error);
  result.advice = std::move(advice);
  return result;
}

Awaitable<std::string> connect(Wire& wire, const Options& options, Situation& situation) {
  std::string why = "the host has no address";
  for (const Endpoint& endpoint : options.target.endpoints) {
    const Result<void> connected = co_await wire.connect(endpoint, options.timeout);
    if (connected) {
      situation.endpoint = endpoint;
      co_return std::string{};
    }
    why = connected.error().message();
  }
  co_return why;
}

std::string_view hello_of(const Options& options) { return options.is_lmtp ? "LHLO" : "EHLO"; }

void note_hello(const Reply& answer, Situation& situation, Probe& result) {
  learn_extensions(answer, situation);
  result.extensions.assign(answer.lines.begin() + 1, answer.lines.end());
}

/// What came in place of a greeting or an answer, in words.
std::string unexpected(const Wire::Received& received) {
  if (received.what == What::reply) return fmt::format("it said \"{}\"", shown(received.reply));
  return received.what == What::end ? "it closed the connection" : "nothing came";
}

Awaitable<Wire::Received> say_hello(Wire& wire, const Options& options) {
  const std::string line = fmt::format("{} conform.example.org\r\n", hello_of(options));
  const Result<void> sent = co_await wire.send(line, options.timeout);
  static_cast<void>(sent);  // the answer tells
  co_return co_await wire.receive(options.timeout);
}

Awaitable<Probe> greet(Wire& wire, const Options& options, Situation& situation) {
  const Wire::Received greeting = co_await wire.receive(options.timeout);
  if (greeting.what != What::reply || greeting.reply.code != 220) {
    co_return failed(
        fmt::format("{} does not greet by 220: {}", options.target.text, unexpected(greeting)),
        options.tls == TlsUse::implicit
            ? "is it an SMTP server, and may this host talk to it?"
            : "is it an SMTP server without implicit TLS (else: --tls), and may this host talk to "
              "it?");
  }
  const Wire::Received answer = co_await say_hello(wire, options);
  const bool is_answered = answer.what == What::reply && answer.reply.code != 421;
  if (!is_answered || (answer.reply.code != 250 && options.is_lmtp)) {
    co_return failed(
        fmt::format("{} does not answer {}: {}", options.target.text, hello_of(options),
                    unexpected(answer)),
        options.is_lmtp ? "without --lmtp SMTP is spoken" : "with --lmtp LMTP is spoken");
  }
  Probe result;
  result.greeting = shown(greeting.reply);
  if (answer.reply.code == 250) note_hello(answer.reply, situation, result);
  const bool is_implicit = options.tls == TlsUse::implicit;
  (is_implicit ? situation.secured : situation.clear) = situation.extensions;
  co_return result;
}

/// What is announced behind STARTTLS (RFC 3207 §4.2). Without it the run goes on, unless it is to
/// be all behind it.
Awaitable<void> look_behind_tls(Wire& wire, const Options& options, Situation& situation,
                                Probe& result) {
  situation.no_tls = "STARTTLS is not offered";
  if (situation.extensions.contains("STARTTLS")) {
    const Opened opened = co_await secure(wire, situation);
    situation.no_tls = opened.problem;
    if (opened.problem.empty()) {
      const Wire::Received answer = co_await say_hello(wire, options);
      if (answer.what == What::reply && answer.reply.code == 250) {
        situation.secured = extensions_in(answer.reply);
        if (options.tls == TlsUse::starttls) note_hello(answer.reply, situation, result);
      } else {
        situation.no_tls = fmt::format("behind STARTTLS {} is not answered by 250: {}",
                                       hello_of(options), unexpected(answer));
      }
    }
  }
  if (options.tls != TlsUse::starttls || situation.secured) co_return;
  result.error = fmt::format("{}: {}", options.target.text, situation.no_tls);
  result.advice = "--starttls is for servers that offer it";
}

}  // namespace

Awaitable<Probe> probe(const net::Executor& executor, const Options& options,
                       Situation& situation) {
  Dialogue dialogue;
  Wire wire{executor, dialogue};
  const std::string why = co_await connect(wire, options, situation);
  Probe result;
  Opened opened;
  if (why.empty()) opened = co_await begin(wire, situation, Opening::usual);
  if (!why.empty()) {
    result = failed(fmt::format("cannot connect to {}: {}", options.target.text, why),
                    "start the server, or name the address that it listens on");
  } else if (!opened.problem.empty()) {
    result = failed(fmt::format("{}: {}", options.target.text, opened.problem),
                    "does it speak TLS from the first octet, as --tls says?");
  } else {
    result = co_await greet(wire, options, situation);
    if (result.error.empty() && options.tls != TlsUse::implicit) {
      co_await look_behind_tls(wire, options, situation, result);
    }
  }
  co_await wire.close();
  co_return result;
}

}  // namespace quoth::conform
