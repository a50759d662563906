#pragma once

#include <memory>
#include <string_view>

#include <quoth/event.hpp>
#include <quoth/plugin.hpp>

#include "plugins/recipients/recipient_table.hpp"
#include "plugins/recipients/relay.hpp"

namespace quoth::plugins {

/// Decides at `Rcpt` who may receive mail: a known recipient is accepted, an unknown one gets
/// 550 5.1.1, whoever asks. A recipient of a foreign domain is accepted from clients that may
/// relay, if a route leads there, else it gets 550 5.4.4; from all others 550 5.7.1. Without
/// RelayRules nobody may.
///
/// Makes `<Postmaster>` the postmaster of the first accepted domain (RFC 5321 §4.5.1). Keeps no
/// state of its own, so that sessions of any number of threads may use it.
class Recipients final : public Plugin {
 public:
  explicit Recipients(RecipientTable table, RelayRules relay = {});

  [[nodiscard]] std::string_view name() const noexcept override { return "recipients"; }

  /// Appends "recipients" to the chain of `Rcpt`; puts "relay" in front of all that stand there
  /// already, if anybody may relay: who may has to be told that there is no route.
  void attach(Chains& chains) override;

 private:
  [[nodiscard]] Decision decide(event::Rcpt& rcpt) const;
  [[nodiscard]] Decision check_route(const event::Rcpt& rcpt) const;
  [[nodiscard]] RelayVerdict relay_of(const event::Rcpt& rcpt) const;

  RecipientTable table_;
  Relay relay_;
};

}  // namespace quoth::plugins
