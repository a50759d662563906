#include "conform/opening.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "conform/judge.hpp"
#include "conform/places.hpp"
#include "conform/proxy_header.hpp"
#include "conform/script.hpp"

namespace quoth::conform {
namespace {

using What = Wire::Received::What;

Opened failed(std::string_view what, const Wire::Received& received) {
  const bool is_refused = received.what == What::reply && received.reply.code != 421;
  Opened result;
  result.skip = is_refused ? Outcome::Skip::refused : Outcome::Skip::ended;
  result.problem = fmt::format("{}: {}", what,
                               received.what == What::reply ? shown(received.reply)
                               : received.what == What::end ? "the connection ended"
                                                            : "nothing came");
  return result;
}

Awaitable<Wire::Received> ask(Wire& wire, const Situation& situation, std::string line) {
  line += crlf;
  const Result<void> sent = co_await wire.send(line, situation.timeout);
  static_cast<void>(sent);  // the answer tells
  co_return co_await wire.receive(situation.timeout);
}

Awaitable<Opened> shake_hands(Wire& wire, const Situation& situation) {
  const auto name = situation.places.find("host");
  std::string server_name = name == situation.places.end() ? std::string{} : name->second;
  const Result<void> done =
      co_await wire.start_tls(*situation.tls_client, std::move(server_name), situation.timeout);
  Opened result;
  if (!done) {
    result = {fmt::format("no TLS handshake: {}", done.error().message()), Outcome::Skip::ended};
  }
  co_return result;
}

}  // namespace

Awaitable<Opened> begin(Wire& wire, const Situation& situation, Opening opening) {
  Opened result;
  if (situation.may_proxy && opening != Opening::bare) {
    const std::string header = proxy_v1(wire.handle());
    const Result<void> sent = co_await wire.send(header, situation.timeout);
    static_cast<void>(sent);
  }
  if (situation.tls == TlsUse::implicit && opening != Opening::bare)
    result = co_await shake_hands(wire, situation);
  co_return result;
}

Awaitable<Opened> secure(Wire& wire, const Situation& situation) {
  const Wire::Received go = co_await ask(wire, situation, "STARTTLS");
  if (go.what != What::reply || go.reply.code != 220) co_return failed("no STARTTLS", go);
  Opened result = co_await shake_hands(wire, situation);
  co_return result;
}

Awaitable<Opened> open(Wire& wire, const Situation& situation, Opening opening) {
  Opened result;
  const Result<void> connected = co_await wire.connect(situation.endpoint, situation.timeout);
  if (!connected) {
    result = {fmt::format("cannot connect any more: {}", connected.error().message()),
              Outcome::Skip::ended};
    co_return result;
  }
  result = co_await begin(wire, situation, opening);
  const bool is_done =
      opening == Opening::bare || situation.tls == TlsUse::implicit || !has_tls(opening, situation);
  if (!result.problem.empty() || is_done) co_return result;
  const Wire::Received greeting = co_await wire.receive(situation.timeout);
  if (greeting.what != What::reply || greeting.reply.code != 220) {
    co_return failed("no greeting", greeting);
  }
  std::string hello = fill("{hello} conform.example.org", situation.places);
  const Wire::Received answer = co_await ask(wire, situation, std::move(hello));
  if (answer.what != What::reply || answer.reply.code != 250) {
    co_return failed("no STARTTLS without EHLO", answer);
  }
  result = co_await secure(wire, situation);
  // Behind STARTTLS nobody greets again; the steps of a case begin with it.
  if (result.problem.empty()) wire.put_back(greeting.reply.octets);
  co_return result;
}

}  // namespace quoth::conform
