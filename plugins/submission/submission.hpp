#pragma once

#include <string_view>
#include <vector>

#include <quoth/clock.hpp>
#include <quoth/event.hpp>
#include <quoth/network.hpp>
#include <quoth/plugin.hpp>

#include "plugins/submission/sender_rules.hpp"

namespace quoth::plugins {

/// Makes a server one for mail programs (RFC 6409).
///
/// At `Mail` the sender must be the user's own (RFC 6409 §6.1), else 550 5.7.1. Clients that have
/// not logged in are taken only from `networks`, with any sender; all others get 530 5.7.0. "<>" is
/// everybody's: read receipts have to come from it (RFC 8098 §3), and nobody can be impersonated
/// by it.
///
/// At `Message` a missing Date and a missing Message-ID are added (RFC 6409 §8.2, §8.3). A message
/// without From is taken as it is: a server does not know who wrote it.
class Submission final : public Plugin {
 public:
  /// `clock` is borrowed and must outlive the plugin.
  Submission(SenderRules senders, std::vector<Network> networks,
             const Clock& clock = system_clock());

  [[nodiscard]] std::string_view name() const noexcept override { return "submission"; }

  /// Puts "submission" in front of the chains of `Mail` and `Message`, and behind that of
  /// `Headers`.
  void attach(Chains& chains) override;

 private:
  [[nodiscard]] Decision check_sender(const event::Mail& mail) const;
  void complete(event::Message& message) const;

  SenderRules senders_;
  std::vector<Network> networks_;
  const Clock& clock_;
};

}  // namespace quoth::plugins
