#include "conform/probe.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "conform/dialogue.hpp"
#include "conform/judge.hpp"
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

/// What came in place of a greeting or an answer, in words.
std::string unexpected(const Wire::Received& received) {
  if (received.what == What::reply) return fmt::format("it said \"{}\"", shown(received.reply));
  return received.what == What::end ? "it closed the connection" : "nothing came";
}

Awaitable<Probe> greet(Wire& wire, const Options& options, Situation& situation) {
  const Wire::Received greeting = co_await wire.receive(options.timeout);
  if (greeting.what != What::reply || greeting.reply.code != 220) {
    co_return failed(
        fmt::format("{} does not greet by 220: {}", options.target.text, unexpected(greeting)),
        "is it an SMTP server without implicit TLS, and may this host talk to it?");
  }
  const std::string hello = options.is_lmtp ? "LHLO" : "EHLO";
  const std::string line = hello + " conform.example.org\r\n";
  const Result<void> sent = co_await wire.send(line, options.timeout);
  static_cast<void>(sent);  // the answer tells
  const Wire::Received answer = co_await wire.receive(options.timeout);
  const bool is_answered = answer.what == What::reply && answer.reply.code != 421;
  if (!is_answered || (answer.reply.code != 250 && options.is_lmtp)) {
    co_return failed(
        fmt::format("{} does not answer {}: {}", options.target.text, hello, unexpected(answer)),
        options.is_lmtp ? "without --lmtp SMTP is spoken" : "with --lmtp LMTP is spoken");
  }
  Probe result;
  result.greeting = shown(greeting.reply);
  if (answer.reply.code == 250) {
    learn_extensions(answer.reply, situation);
    result.extensions.assign(answer.reply.lines.begin() + 1, answer.reply.lines.end());
  }
  co_return result;
}

}  // namespace

Awaitable<Probe> probe(const net::Executor& executor, const Options& options,
                       Situation& situation) {
  Dialogue dialogue;
  Wire wire{executor, dialogue};
  const std::string why = co_await connect(wire, options, situation);
  Probe result;
  if (why.empty()) {
    result = co_await greet(wire, options, situation);
  } else {
    result = failed(fmt::format("cannot connect to {}: {}", options.target.text, why),
                    "start the server, or name the address that it listens on");
  }
  co_await wire.close();
  co_return result;
}

}  // namespace quoth::conform
