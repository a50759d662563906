// What trusted peers say of their clients: PROXY, XCLIENT and XFORWARD. Everybody of 127.0.0.2 is a
// stranger here.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "session/security_case.hpp"

namespace quoth::session::test {
namespace {

using namespace std::chrono_literals;
using support::SmtpClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string_view name_of(Claim claim) {
  if (claim == Claim::none) return "none";
  return claim == Claim::proxy ? "proxy" : "xclient";
}

/// A server whose NOOP tells what the session knows of its client.
class Claims : public SecurityCase {
 protected:
  support::TestServer& make() {
    SecurityCase::make().on_verb(
        "NOOP", "tell", [](event::Command& command) { return accept(told(command.session)); });
    return *server_;
  }

  static std::string told(const Session& session) {
    const Client& client = session.client();
    std::string text = "claim=" + std::string{name_of(session.claim())};
    text.append(" client=").append(client.address).append(":" + std::to_string(client.port));
    text.append(" name=").append(client.name).append(" peer=").append(session.peer().address);
    text.append(" helo=").append(session.helo()).append(" user=").append(session.user());
    if (session.proxied()) {
      text.append(" to=").append(session.proxied()->server_address);
      text.append(":" + std::to_string(session.proxied()->server_port));
    }
    return text;
  }

  support::TestServer& running() {
    if (!server_) make();
    return SecurityCase::running();
  }
  SmtpClient greeted() {
    running();
    return SecurityCase::greeted();
  }
  /// One that nobody trusts, behind its EHLO.
  SmtpClient stranger() {
    SmtpClient client{running().listening().front(), "127.0.0.2"};
    client.reply();
    support::converse(client, {{"EHLO client.test", "250"}});
    return client;
  }
};

class Proxy : public Claims {
 protected:
  Proxy() { options_.trust.proxy = {"127.0.0.1"}; }

  /// A client of a proxy that has said `header`; it has read nothing.
  SmtpClient behind(std::string_view header) {
    SmtpClient client = running().client();
    client.send(header);
    return client;
  }
  SmtpClient behind_v1(const std::string& address) {
    return behind("PROXY TCP4 " + address + " 198.51.100.1 40000 25\r\n");
  }
};

class Xclient : public Claims {
 protected:
  Xclient() { options_.trust.xclient = options_.trust.xforward = {"127.0.0.1"}; }
};

// ---- PROXY

/// A header of version 2 that says PROXY, for TCP over IPv4: 192.0.2.7:40000 to 198.51.100.1:25.
std::string version_2(std::string_view command = "\x21") {
  std::string header{"\r\n\r\n\0\r\nQUIT\n", 12};
  header.append(command).append(std::string{"\x11\0\x0c", 3});
  return header.append("\xC0\0\2\7\xC6\x33\x64\1\x9C\x40\0\x19", 12);
}

constexpr std::string_view told_v1 =
    "250 2.0.0 claim=proxy client=192.0.2.7:40000 name= peer=127.0.0.1 helo=client.test user= "
    "to=198.51.100.1:25";

TEST_F(Proxy, TheClientIsTheOneThatTheHeaderNames) {
  for (const std::string& header :
       {std::string{"PROXY TCP4 192.0.2.7 198.51.100.1 40000 25\r\n"}, version_2()}) {
    SmtpClient client = behind(header);
    EXPECT_THAT(client.reply(), StartsWith("220 "));
    support::converse(client, {{"EHLO client.test", "250"}, {"NOOP", told_v1}});
  }
}

// Section 2.2 of the protocol: what stands behind the addresses.
TEST_F(Proxy, HandlersSeeWhatElseTheProxyTells) {
  make().on_verb("RSET", "tell", [](event::Command& command) {
    const ProxyFacts& facts = *command.session.proxied();
    return accept(facts.authority + " " + facts.protocol + " " + facts.unique_id);
  });
  std::string header = version_2();
  header.append("\x01\0\4smtp", 7).append("\x02\0\7mx.test", 10);
  header.append("\x05\0\2id", 5);
  header[15] = static_cast<char>(header.size() - 16);
  SmtpClient client = behind(header);
  client.reply();
  support::converse(client, {{"RSET", "250 2.0.0 mx.test smtp id"}});
}

TEST_F(Proxy, HandlersOfConnectSeeTheClient) {
  make().on<event::Connect>("look", [](event::Connect& connect) {
    return connect.session.client().address == "192.0.2.7" ? answer(554, "you again") : pass();
  });
  EXPECT_EQ(behind_v1("192.0.2.7").reply(), "554 you again");
  EXPECT_THAT(behind_v1("192.0.2.8").reply(), StartsWith("220"));
}

TEST_F(Proxy, APeerMaySpeakForItself) {
  SmtpClient client = behind(version_2("\x20"));
  EXPECT_THAT(client.reply(), StartsWith("220 "));
  EXPECT_THAT(client.command("NOOP"), StartsWith("250 2.0.0 claim=none client=127.0.0.1:"));
}

TEST_F(Proxy, AClientThatThePeerDoesNotKnowIsNobody) {
  SmtpClient client = behind("PROXY UNKNOWN\r\n");
  EXPECT_THAT(client.reply(), StartsWith("220 "));
  EXPECT_THAT(client.command("NOOP"),
              StartsWith("250 2.0.0 claim=proxy client=:0 name= peer=127.0.0.1"));
}

TEST_F(Proxy, TheReceivedFieldNamesBoth) {
  make().on<event::Data>("look", [this](event::Data& data) {
    seen_.add(std::string{data.received});
    return pass();
  });
  SmtpClient client = behind_v1("192.0.2.7");
  client.reply();
  support::converse(client, {{"EHLO client.test", "250"}});
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_THAT(seen_.wait_for_part("Received:"),
              AllOf(HasSubstr("[192.0.2.7]"), HasSubstr("by PROXY of 127.0.0.1")));
}

TEST_F(Proxy, ABrokenHeaderIsNotAnswered) {
  SmtpClient client = behind("PROXY TCP4 192.0.2.7 nowhere 1 2\r\nEHLO client.test\r\n");
  client.rest();
  EXPECT_TRUE(seen_.wait_for("end no PROXY header"));
  EXPECT_THAT(line("proxy.failed"), AllOf(StartsWith("warn "), HasSubstr("ip=127.0.0.1")));
}

TEST_F(Proxy, NorIsAPeerWithoutHeader) {
  SmtpClient client = behind("EHLO client.test\r\n");
  client.rest();
  EXPECT_TRUE(seen_.wait_for("end no PROXY header"));
}

TEST_F(Proxy, NorOneThatIsSilent) {
  options_.timeouts.proxy_header = 20ms;
  SmtpClient client = running().client();
  EXPECT_EQ(client.rest(), "");
  EXPECT_TRUE(seen_.wait_for("end no PROXY header"));
}

TEST_F(Proxy, AStopDoesNotWaitForTheHeader) {
  SmtpClient client = running().client();
  ASSERT_TRUE(support::wait_until([&] { return server_->connection_count() == 1; }));
  server_->stop(1h);
  EXPECT_EQ(client.rest(), "");
  server_->wait();
}

// What a stranger says of another is no header, and no command.
TEST_F(Proxy, StrangersHaveNoHeader) {
  SmtpClient client = stranger();
  EXPECT_THAT(client.command("NOOP"), StartsWith("250 2.0.0 claim=none client=127.0.0.2:"));
  EXPECT_THAT(client.command("PROXY TCP4 192.0.2.7 198.51.100.1 40000 25"),
              StartsWith("421 4.7.0 this is SMTP"));
}

TEST_F(Proxy, LimitsAreForTheClientAndNotForTheProxy) {
  options_.connections.per_ip = 1;
  SmtpClient first = behind_v1("192.0.2.7");
  EXPECT_THAT(first.reply(), StartsWith("220"));
  SmtpClient other = behind_v1("192.0.2.8");
  EXPECT_THAT(other.reply(), StartsWith("220"));
  SmtpClient again = behind_v1("192.0.2.7");
  EXPECT_EQ(again.rest(), "421 4.7.0 too many connections from you, try again later\r\n");
  EXPECT_TRUE(seen_.wait_for("end over a limit"));
  EXPECT_EQ(count(Defence::ip_connections), 1U);
  support::converse(first, {{"QUIT", "221"}});
  first.rest();
  ASSERT_TRUE(support::wait_until([&] { return server_->connection_count() == 1; }));
  EXPECT_THAT(behind_v1("192.0.2.7").reply(), StartsWith("220"));
}

TEST_F(Proxy, FailedLoginsAreTheClients) {
  options_.auth.mechanisms = {"PLAIN"};
  options_.auth.plain_text_in_clear = true;
  options_.auth.failures = 1;
  make().on<event::Auth>("ann", know_ann);
  const std::string good = "AUTH PLAIN " + plain("ann", "pencil");
  SmtpClient guesser = behind_v1("192.0.2.7");
  guesser.reply();
  support::converse(guesser, {{"EHLO a", "250"},
                              {"AUTH PLAIN " + plain("ann", "pen"), "535"},
                              {good, "421 4.7.0 too many failed logins"}});
  SmtpClient other = behind_v1("203.0.113.7");
  other.reply();
  support::converse(other, {{"EHLO a", "250"}, {good, "235"}});
}

TEST_F(Proxy, TlsBeginsBehindTheHeader) {
  options_.tls.mode = TlsMode::implicit;
  SmtpClient client = behind_v1("192.0.2.7");
  client.shake_hands();
  EXPECT_THAT(client.reply(), StartsWith("220"));
  support::converse(client, {{"EHLO client.test", "250"}, {"NOOP", told_v1}});
}

TEST_F(Proxy, TheClaimOutlivesStartTls) {
  options_.tls.mode = TlsMode::starttls;
  SmtpClient client = behind_v1("192.0.2.7");
  client.reply();
  client.start_tls();
  support::converse(client, {{"EHLO client.test", "250"}, {"NOOP", told_v1}});
}

// ---- XCLIENT

TEST_F(Xclient, StrangersAreNeitherToldOfItNorBelieved) {
  const std::string trusted = greeted().command("EHLO client.test");
  EXPECT_EQ(line_of(trusted, "XCLIENT"),
            "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
  EXPECT_EQ(line_of(trusted, "XFORWARD"), "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE");
  SmtpClient client = stranger();
  const std::string reply = client.command("EHLO client.test");
  EXPECT_EQ(line_of(reply, "XCLIENT"), "");
  EXPECT_EQ(line_of(reply, "XFORWARD"), "");
  support::converse(client, {{"XCLIENT ADDR=192.0.2.7 LOGIN=ann", "550 5.7.1 you are not trusted"},
                             {"XFORWARD ADDR=192.0.2.7", "550 5.7.1 you are not trusted"}});
  EXPECT_THAT(client.command("NOOP"), AllOf(StartsWith("250 2.0.0 claim=none client=127.0.0.2:"),
                                            HasSubstr(" helo=client.test user=")));
}

TEST_F(Xclient, TheClientIsTheOneThatIsNamed) {
  SmtpClient client = greeted();
  EXPECT_EQ(client.command("XCLIENT NAME=client.example ADDR=192.0.2.7 PORT=40000 PROTO=ESMTP "
                           "HELO=hello.example DESTADDR=198.51.100.1 DESTPORT=25"),
            "220 mx.test ESMTP Quoth");
  EXPECT_EQ(client.command("NOOP"),
            "250 2.0.0 claim=xclient client=192.0.2.7:40000 name=client.example peer=127.0.0.1 "
            "helo=hello.example user= to=198.51.100.1:25");
}

TEST_F(Xclient, EverythingBeginsAnew) {
  SmtpClient client = greeted();
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"XCLIENT ADDR=192.0.2.7", "503 5.5.1 a transaction is open"},
                             {"RSET", "250"},
                             {"XCLIENT ADDR=192.0.2.7", "220"},
                             {"MAIL FROM:<a@b>", "503 5.5.1 send HELO or EHLO first"},
                             {"EHLO client.test", "250"},
                             {"MAIL FROM:<a@b>", "250"}});
}

TEST_F(Xclient, WhoIsNamedIsLoggedIn) {
  options_.auth.mechanisms = {"SCRAM-SHA-256"};
  options_.auth.is_required = true;
  SmtpClient client = greeted();
  support::converse(client, {{"MAIL FROM:<a@b>", "530"},
                             {"XCLIENT ADDR=192.0.2.7 LOGIN=ann", "220"},
                             {"EHLO client.test", "250"},
                             {"AUTH SCRAM-SHA-256", "503 5.5.1 already"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail user=ann mechanism=XCLIENT"), 1U);
}

TEST_F(Xclient, WhoHadLoggedInIsOutAgain) {
  options_.auth.mechanisms = {"PLAIN"};
  options_.auth.plain_text_in_clear = true;
  options_.auth.is_required = true;
  make().on<event::Auth>("ann", know_ann);
  SmtpClient client = greeted();
  support::converse(client, {{"AUTH PLAIN " + plain("ann", "pencil"), "235"},
                             {"XCLIENT ADDR=192.0.2.7", "220"},
                             {"EHLO client.test", "250"},
                             {"MAIL FROM:<a@b>", "530"}});
  EXPECT_THAT(client.command("NOOP"), testing::EndsWith(" user= to=:0"));
}

TEST_F(Xclient, ALoginOfThePeersWordIsForgottenWithStartTls) {
  options_.tls.mode = TlsMode::starttls;
  options_.auth.mechanisms = {"SCRAM-SHA-256"};
  options_.auth.is_required = true;
  SmtpClient client = greeted();
  support::converse(client, {{"XCLIENT LOGIN=ann", "220"}});
  client.start_tls();
  support::converse(client, {{"EHLO client.test", "250"}, {"MAIL FROM:<a@b>", "530"}});
}

TEST_F(Xclient, TheClientIsGreetedAsIfItHadConnected) {
  make().on<event::Connect>("look", [](event::Connect& connect) {
    return connect.session.client().address == "192.0.2.7" ? answer(554, "5.7.1 you again")
                                                           : pass();
  });
  SmtpClient client = greeted();
  EXPECT_EQ(client.command("XCLIENT ADDR=192.0.2.7"), "554 5.7.1 you again");
  EXPECT_EQ(client.rest(), "");
}

TEST_F(Xclient, TheReceivedFieldNamesBoth) {
  make().on<event::Data>("look", [this](event::Data& data) {
    seen_.add(std::string{data.received});
    return pass();
  });
  SmtpClient client = greeted();
  support::converse(client, {{"XCLIENT ADDR=192.0.2.7", "220"}, {"EHLO client.test", "250"}});
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_THAT(seen_.wait_for_part("Received:"),
              AllOf(HasSubstr("[192.0.2.7]"), HasSubstr("by XCLIENT of 127.0.0.1")));
}

TEST_F(Xclient, WhatCannotBeIsRefusedAndChangesNothing) {
  SmtpClient client = greeted();
  support::converse(client, {{"XCLIENT", "501"},
                             {"XCLIENT ADDR=300.0.2.7", "501"},
                             {"XCLIENT WHAT=x", "501"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_THAT(client.command("NOOP"), HasSubstr("claim=none"));
}

// ---- XFORWARD

class Xforward : public Xclient {
 protected:
  Xforward() = default;

  support::TestServer& make() {
    Xclient::make();
    const auto note = [this](const std::string& what, const Session& session) {
      const auto& from = session.forwarded();
      seen_.add(what + " from=" + (from ? from->address + " ident=" + from->ident : "nobody"));
    };
    server_->on<event::Mail>("from", [note](event::Mail& mail) {
      note("mail", mail.session);
      return pass();
    });
    server_->on<event::Data>("from", [note](event::Data& data) {
      note("data", data.session);
      return pass();
    });
    server_->on<event::Reset>("from", [note](event::Reset& reset) { note("lost", reset.session); });
    return *server_;
  }
};

TEST_F(Xforward, IsOfOneMessage) {
  make();
  SmtpClient client = greeted();
  support::converse(client, {{"XFORWARD ADDR=192.0.2.7", "250"}, {"XFORWARD IDENT=1A", "250"}});
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_EQ(seen_.count("mail from=192.0.2.7 ident=1A"), 1U);
  EXPECT_EQ(seen_.count("data from=192.0.2.7 ident=1A"), 1U);
  EXPECT_THAT(support::send_message(client, {"c@d"}, "x\r\n"), StartsWith("250"));
  EXPECT_EQ(seen_.count("mail from=nobody"), 1U);
}

TEST_F(Xforward, EndsWithATransactionThatIsGivenUp) {
  make();
  SmtpClient client = greeted();
  support::converse(client, {{"XFORWARD ADDR=192.0.2.7", "250"},
                             {"MAIL FROM:<a@b>", "250"},
                             {"XFORWARD ADDR=192.0.2.8", "503"},
                             {"RSET", "250"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail from=192.0.2.7 ident="), 1U);
  EXPECT_EQ(seen_.count("lost from=192.0.2.7 ident="), 1U);
  EXPECT_EQ(seen_.count("mail from=nobody"), 1U);
}

// A MAIL that was refused, and is tried again, is of the same message.
TEST_F(Xforward, OutlivesAMailThatIsRefused) {
  make().on<event::Mail>("no", [](event::Mail& mail) {
    return mail.sender && mail.sender->local() == "no" ? reject() : pass();
  });
  SmtpClient client = greeted();
  support::converse(client, {{"XFORWARD ADDR=192.0.2.7", "250"},
                             {"MAIL FROM:<no@b>", "550"},
                             {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail from=192.0.2.7 ident="), 2U);
}

TEST_F(Xforward, IsForgottenWithXclientAndStartTls) {
  options_.tls.mode = TlsMode::starttls;
  make();
  SmtpClient client = greeted();
  support::converse(client, {{"XFORWARD ADDR=192.0.2.7", "250"},
                             {"XCLIENT ADDR=192.0.2.8", "220"},
                             {"EHLO client.test", "250"},
                             {"MAIL FROM:<a@b>", "250"},
                             {"RSET", "250"},
                             {"XFORWARD ADDR=192.0.2.7", "250"}});
  EXPECT_EQ(seen_.count("mail from=nobody"), 1U);
  client.start_tls();
  support::converse(client, {{"EHLO client.test", "250"}, {"MAIL FROM:<a@b>", "250"}});
  EXPECT_EQ(seen_.count("mail from=nobody"), 2U);
}

}  // namespace
}  // namespace quoth::session::test
