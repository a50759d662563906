#include "bench/support/session_driver.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <variant>

namespace quoth::bench {
namespace {

ServerOptions options() {
  ServerOptions result;
  result.hostname = "mx.example.test";
  return result;
}

void add_handlers(Chains& chains) {
  chains.get<event::Helo>().append("helo", [](event::Helo&) { return pass(); });
  chains.get<event::Mail>().append("mail", [](event::Mail&) { return pass(); });
  chains.get<event::Rcpt>().append("rcpt", [](event::Rcpt& rcpt) {
    return rcpt.recipient.domain() == "example.test" ? accept() : pass();
  });
  chains.get<event::Data>().append("data", [](event::Data& data) {
    data.store_in(std::make_unique<spool::DiscardSink>());
    return pass();
  });
}

Session::Facts facts() {
  Session::Facts result;
  result.id = "BENCH";
  result.server = "smtpd";
  result.hostname = "mx.example.test";
  result.client.address = "192.0.2.7";
  return result;
}

}  // namespace

ServerParts::ServerParts()
    : options_{options()},
      dialect_{smtp::standard_dialect(options_.limits)},
      pool_{1},
      context_{options_, dialect_, chains_, defences_, pool_} {
  add_handlers(chains_);
}

SessionDriver::SessionDriver(ServerParts& server)
    : context_{server.context()},
      protocol_{context_.clear.dialect()},
      session_{facts(), protocol_, context_.chains},
      envelope_memory_{context_.memory} {
  protocol_.greet({smtp::code::service_ready, "mx.example.test ESMTP Quoth"}, replies_);
}

void SessionDriver::handler_failed(std::string_view handler, std::string_view why) noexcept {
  std::fprintf(stderr, "handler %.*s failed: %.*s\n", static_cast<int>(handler.size()),
               handler.data(), static_cast<int>(why.size()), why.data());
  std::abort();
}

void SessionDriver::take_command() {
  const session::Surroundings around{context_,  context_.clear,   session_,
                                     protocol_, envelope_memory_, *this,
                                     arrival_,  authentication_,  nullptr};
  const auto run = std::make_unique<session::CommandRun>(around);
  if (run->run() != session::CommandRun::Progress::done) std::abort();
  protocol_.answer(run->reply(), replies_);
  session_.chains().settle();
}

std::string_view SessionDriver::feed(std::string_view octets) {
  replies_.clear();
  while (protocol_.state() != smtp::State::finished) {
    const smtp::Step step = protocol_.next(octets);
    if (std::holds_alternative<smtp::CommandCame>(step.incoming)) {
      take_command();
    } else if (const auto* chunk = std::get_if<smtp::BodyChunk>(&step.incoming)) {
      static_cast<void>(sink_.append(chunk->octets));
    } else if (const auto* end = std::get_if<smtp::BodyEnd>(&step.incoming)) {
      protocol_.answer(end->refusal.value_or(smtp::Reply{250, "2.0.0 OK"}), replies_);
      envelope_memory_.clear();
    } else if (const auto* wrong = std::get_if<smtp::Malformed>(&step.incoming)) {
      protocol_.answer(wrong->reply, replies_);
    }
    octets.remove_prefix(step.consumed);
    if (std::holds_alternative<smtp::NeedMore>(step.incoming)) break;
  }
  return replies_;
}

}  // namespace quoth::bench
