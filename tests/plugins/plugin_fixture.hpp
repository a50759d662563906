#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <quoth/chains.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "mail/path.hpp"

namespace quoth::plugins {

/// What stands in "<…>" of MAIL or RCPT.
inline mail::Mailbox mailbox(const std::string& text) {
  return mail::forward_path_at("<" + text + ">").value().path;
}

/// A session of a server with no more than the plugin under test.
class PluginTest : public testing::Test {
 protected:
  /// Runs a chain of plain handlers up to the first decision: its reply in one line, or "passed".
  template <class Event>
  std::string run(Event& event) {
    const auto order = chains_.order(static_cast<std::size_t>(Event::chain));
    for (const auto& place : order->places()) {
      if (const Decision decision = place.handler->plain(&event)) return decision->summary();
    }
    return "passed";
  }

  void log_in(std::string user) { session_.facts().user = std::move(user); }
  void connect_from(std::string address) { session_.facts().client.address = std::move(address); }

  Chains chains_;
  smtp::Dialect dialect_ = smtp::standard_dialect({});
  smtp::ServerProtocol protocol_{dialect_};
  Session session_{{.id = "S1", .hostname = "mx.local.test", .client = {.address = "203.0.113.9"}},
                   protocol_,
                   chains_};
  smtp::Envelope envelope_;
};

}  // namespace quoth::plugins
