#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <quoth/chains.hpp>
#include <quoth/defence.hpp>
#include <quoth/server_options.hpp>
#include <quoth/smtp/dialect.hpp>

#include "core/id_source.hpp"
#include "core/memory_budget.hpp"
#include "net/network.hpp"
#include "net/offload.hpp"
#include "net/tls_server.hpp"
#include "session/auth_guard.hpp"
#include "session/load.hpp"

namespace quoth::session {

struct DefaultAction;

/// What a server has ready for one verb of its dialect.
struct VerbPlan {
  std::size_t chain;            ///< The index of the raw chain.
  const DefaultAction* action;  ///< Quoth's own handling; null: others define it.
};

/// A dialect, and what the server has ready for its verbs.
class Speech {
 public:
  /// Makes the raw chains of the dialect's verbs.
  Speech(smtp::Dialect dialect, Chains& chains);
  Speech(const Speech&) = delete;
  Speech& operator=(const Speech&) = delete;
  ~Speech() = default;

  [[nodiscard]] const smtp::Dialect& dialect() const noexcept { return dialect_; }
  /// `verb` is one of the dialect's own.
  [[nodiscard]] const VerbPlan& plan_of(const smtp::Verb& verb) const noexcept {
    return plans_[static_cast<std::size_t>(&verb - dialect_.verbs().data())];
  }

 private:
  smtp::Dialect dialect_;
  std::vector<VerbPlan> plans_;  // in the dialect's order
};

/// Whom a server believes (TrustOptions).
struct Trusted {
  net::NetworkSet proxy;
  net::NetworkSet xclient;
  net::NetworkSet xforward;
};

/// What all sessions of a server share. Set up before the first one begins; any thread.
struct Context {
  /// All but `dialect` is borrowed. `dialect`: as it was set up, before what TLS and AUTH make of
  /// it. `tls`: null without TLS.
  Context(const ServerOptions& options, const smtp::Dialect& dialect, Chains& chains,
          DefenceCounters& defences, net::BlockingPool& pool, net::TlsServer* tls = nullptr);

  const ServerOptions& options;
  Chains& chains;
  DefenceCounters& defences;
  net::BlockingPool& pool;
  net::TlsServer* tls;
  Speech clear;    ///< What is spoken without TLS.
  Speech secured;  ///< And what behind a handshake.
  Trusted trusted;
  AuthGuard guard;
  std::string secret;  ///< Of this run, for auth::ExchangeFacts.
  IdSource ids;
  MemoryBudget memory;
  Load load;
};

}  // namespace quoth::session
