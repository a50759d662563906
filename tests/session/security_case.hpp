#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/scram.hpp>
#include <quoth/server.hpp>

#include "core/base64.hpp"
#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"
#include "support/waiting.hpp"

namespace quoth::session::test {

/// The response of PLAIN, in Base64.
inline std::string plain(std::string_view user, std::string_view password,
                         std::string_view authorization = "") {
  std::string octets{authorization};
  octets.append(1, '\0').append(user).append(1, '\0').append(password);
  return encode_base64(octets);
}

/// Knows ann, whose password is "pencil".
inline Decision know_ann(event::Auth& auth) {
  if (const auto* password = std::get_if<auth::Password>(&auth.credentials)) {
    return password->user == "ann" && password->password == "pencil" ? accept() : pass();
  }
  const auto* scram = std::get_if<auth::ScramUser>(&auth.credentials);
  if (scram == nullptr || scram->user != "ann") return pass();
  auth.use_keys(*auth::scram_keys_of(scram->hash, "pencil", 1));
  return accept();
}

/// A server that takes everything, and notes what its sessions come to: "tls VERSION helo=… user=…"
/// for each handshake, "mail user=… mechanism=…", "reset", and "end …" with the reason.
class SecurityCase : public testing::Test {
 protected:
  SecurityCase() {
    options_.log = &log_;
    options_.auth.first_delay = std::chrono::milliseconds{0};
  }

  support::TestServer& make() {
    server_ = std::make_unique<support::TestServer>(options_);
    server_->on<event::Tls>("note", [this](event::Tls& tls) {
      seen_.add("tls " + tls.facts.version + " helo=" + tls.session.helo() +
                " user=" + tls.session.user());
      return pass();
    });
    server_->on<event::Mail>("note", [this](event::Mail& mail) {
      seen_.add("mail user=" + mail.session.user() + " mechanism=" + mail.session.auth_mechanism());
      return pass();
    });
    server_->on<event::Reset>("note", [this](event::Reset&) { seen_.add("reset"); });
    server_->on<event::Disconnect>(
        "note", [this](event::Disconnect& end) { seen_.add("end " + std::string{end.reason}); });
    support::accept_all(*server_);
    return *server_;
  }

  support::TestServer& running() {
    if (!server_) make();
    if (server_->listening().empty()) server_->start();
    return *server_;
  }

  /// A client that has the banner and has said EHLO.
  support::SmtpClient greeted() { return support::greeted(running()); }
  /// The same behind STARTTLS, where it has said EHLO again.
  support::SmtpClient secured(const CertificateFiles& certificate = {}) {
    support::SmtpClient client = greeted();
    client.start_tls(certificate);
    support::converse(client, {{"EHLO client.test", "250"}});
    return client;
  }

  [[nodiscard]] std::uint64_t count(Defence defence) const {
    return server_->defences().get(defence);
  }

  /// The line of the log that has `part` in it; waits for it.
  std::string line(const std::string& part) { return log_.wait_for_part(part); }

  support::LogRecorder log_;
  ServerOptions options_ = support::test_options();
  support::Recorder seen_;
  std::unique_ptr<support::TestServer> server_;
};

/// The first line of a reply that has `keyword` as its first word; empty: there is none.
inline std::string line_of(const std::string& reply, std::string_view keyword) {
  std::string_view rest = reply;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::string_view text = line.substr(std::min<std::size_t>(4, line.size()));
    if (text.substr(0, text.find(' ')) == keyword) return std::string{text};
  }
  return {};
}

}  // namespace quoth::session::test
