#pragma once

#include <memory>
#include <string_view>

#include <quoth/event.hpp>
#include <quoth/plugin.hpp>

#include "plugins/recipients/recipient_table.hpp"

namespace quoth::plugins {

/// Decides at `Rcpt` who may receive mail: a known recipient is accepted, an unknown one gets
/// 550 5.1.1, and a recipient of a foreign domain 550 5.7.1, whoever asks. It relays nothing.
///
/// Makes `<Postmaster>` the postmaster of the first accepted domain (RFC 5321 §4.5.1). Keeps no
/// state of its own, so that sessions of any number of threads may use it.
class Recipients final : public Plugin {
 public:
  explicit Recipients(RecipientTable table);

  [[nodiscard]] std::string_view name() const noexcept override { return "recipients"; }

  /// Appends "recipients" to the chain of `Rcpt`.
  void attach(Chains& chains) override;

 private:
  [[nodiscard]] Decision decide(event::Rcpt& rcpt) const;

  RecipientTable table_;
};

}  // namespace quoth::plugins
