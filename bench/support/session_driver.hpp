#pragma once

#include <string>
#include <string_view>

#include <quoth/server_options.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "session/command_run.hpp"
#include "session/context.hpp"
#include "spool/discard_sink.hpp"

namespace quoth::bench {

/// A server without sockets: one handler on each of the typed events that a mail node uses.
class ServerParts {
 public:
  ServerParts();

  [[nodiscard]] session::Context& context() noexcept { return context_; }

 private:
  ServerOptions options_;
  smtp::Dialect dialect_;
  Chains chains_;
  DefenceCounters defences_;
  net::BlockingPool pool_;
  session::Context context_;
};

/// One session without a socket: protocol, chains and a sink that keeps nothing, driven as a
/// connection drives them.
class SessionDriver final : private event::FailureListener {
 public:
  explicit SessionDriver(ServerParts& server);

  /// Takes what a client sends, and returns the replies to it.
  std::string_view feed(std::string_view octets);

 private:
  void take_command();
  void handler_failed(std::string_view handler, std::string_view why) noexcept override;

  session::Context& context_;
  smtp::ServerProtocol protocol_;
  Session session_;
  MemoryShare envelope_memory_;
  session::Arrival arrival_;
  std::unique_ptr<session::Authentication> authentication_;
  spool::DiscardSink sink_;
  std::string replies_;
};

}  // namespace quoth::bench
