// What XCLIENT and XFORWARD become, and what of them is refused.
#include <quoth/smtp/trust.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/extensions.hpp>
#include <quoth/smtp/server_protocol.hpp>

namespace quoth::smtp {
namespace {

Dialect with_both() {
  Dialect dialect = standard_dialect({});
  dialect.define(extension::xclient());
  dialect.define(extension::xforward());
  return dialect;
}

Parsed parse(std::string_view verb, std::string_view argument) {
  const Dialect dialect = with_both();
  return dialect.find_verb(verb)->grammar(argument, dialect);
}

XclientArguments xclient(std::string_view argument) {
  return std::get<XclientArguments>(std::get<Arguments>(parse("XCLIENT", argument)));
}

XforwardArguments xforward(std::string_view argument) {
  return std::get<XforwardArguments>(std::get<Arguments>(parse("XFORWARD", argument)));
}

/// "501 5.5.4 …", or nothing if it is good.
std::string complaint(std::string_view verb, std::string_view argument) {
  const Parsed parsed = parse(verb, argument);
  const auto* reply = std::get_if<Reply>(&parsed);
  return reply == nullptr ? std::string{} : reply->summary();
}

TEST(Xclient, OneLineWithAllOfIt) {
  const XclientArguments all = xclient(
      "NAME=Spike.Example.ORG ADDR=192.0.2.7 PORT=1000 PROTO=esmtp HELO=Spike_1 LOGIN=ann+20b+2Bc "
      "DESTADDR=IPV6:2001:DB8::1 DESTPORT=25");
  EXPECT_EQ(all.name, "spike.example.org");
  EXPECT_FALSE(all.is_name_pending);
  EXPECT_EQ(all.address, "192.0.2.7");
  EXPECT_EQ(all.port, 1000);
  EXPECT_EQ(all.protocol, "ESMTP");
  EXPECT_EQ(all.helo, "Spike_1");
  EXPECT_EQ(all.login, "ann b+c");
  EXPECT_EQ(all.server_address, "2001:db8::1");
  EXPECT_EQ(all.server_port, 25);
}

TEST(Xclient, WhatIsNotToldIsNone) {
  const XclientArguments one = xclient("addr=ipv6:::1");
  EXPECT_EQ(one.address, "::1");
  EXPECT_FALSE(one.name || one.port || one.protocol || one.helo || one.login);
  EXPECT_FALSE(one.server_address || one.server_port);
}

TEST(Xclient, WhatIsUnknownIsEmpty) {
  const XclientArguments unknown = xclient(
      "NAME=[unavailable] ADDR=[UNAVAILABLE] PORT=[UNAVAILABLE] HELO=[UNAVAILABLE] "
      "LOGIN=+5BUNAVAILABLE+5D");
  EXPECT_EQ(unknown.name, "");
  EXPECT_FALSE(unknown.is_name_pending);
  EXPECT_EQ(unknown.address, "");
  EXPECT_EQ(unknown.port, 0);
  EXPECT_EQ(unknown.helo, "");
  EXPECT_EQ(unknown.login, "");
  const XclientArguments pending = xclient("NAME=[TEMPUNAVAIL]");
  EXPECT_EQ(pending.name, "");
  EXPECT_TRUE(pending.is_name_pending);
}

TEST(Xclient, TakesWhatCanBe) {
  for (const std::string_view argument :
       {"HELO=[192.0.2.7]", "HELO=[IPv6:::1]", "PORT=0", "PORT=65535", "ADDR=0.0.0.0",
        "ADDR=IPV6:::ffff:192.0.2.7", "ADDR=IPV6:2001:db8:0:0:0:0:0:1", "LOGIN=caf+C3+A9",
        "NAME=host_1.example", "PROTO=SMTP"}) {
    EXPECT_EQ(complaint("XCLIENT", argument), "") << argument;
  }
  EXPECT_EQ(complaint("XCLIENT", "LOGIN=" + std::string(255, 'a')), "");
}

TEST(Xclient, RefusesWhatCannotBe) {
  for (const std::string& argument : std::vector<std::string>{"NAME=",
                                                              "NAME=a..b",
                                                              "NAME=[192.0.2.7]",
                                                              "NAME=a+20b",
                                                              "NAME=caf+C3+A9",
                                                              "ADDR=192.0.2",
                                                              "ADDR=192.0.2.256",
                                                              "ADDR=192.0.2.07",
                                                              "ADDR=[192.0.2.7]",
                                                              "ADDR=2001:db8::1",
                                                              "ADDR=IPV6:192.0.2.7",
                                                              "ADDR=IPV6:fe80::1%25eth0",
                                                              "ADDR=IPV6:::ffff:192.0.02.7",
                                                              "PORT=65536",
                                                              "PORT=-1",
                                                              "PORT=+2B1",
                                                              "PORT=1x",
                                                              "PORT=100000",
                                                              "PROTO=LMTP",
                                                              "HELO=a b",
                                                              "HELO=a+0D+0Ab",
                                                              "LOGIN=a+0D+0Ab",
                                                              "LOGIN=a+00",
                                                              "LOGIN=a+7F",
                                                              "LOGIN=+FF",
                                                              "LOGIN=+C2+80",
                                                              "LOGIN=a=b",
                                                              "LOGIN=a+2",
                                                              "LOGIN=a+2b",
                                                              "DESTADDR=x",
                                                              "DESTPORT=x",
                                                              "LOGIN=" + std::string(256, 'a')}) {
    EXPECT_EQ(complaint("XCLIENT", argument).substr(0, 9), "501 5.5.4") << argument;
  }
  EXPECT_EQ(complaint("XCLIENT", "PORT=x"), "501 5.5.4 that is no value for PORT");
}

TEST(Xclient, RefusesWhatIsNoListOfAttributes) {
  for (const std::string_view argument : {"", "NAME", "=x", "PORT=1  PORT=2", " PORT=1", "IDENT=x",
                                          "SOURCE=LOCAL", "N\xc3\xa4ME=x"}) {
    EXPECT_EQ(complaint("XCLIENT", argument).substr(0, 9), "501 5.5.4") << argument;
  }
  EXPECT_EQ(complaint("XCLIENT", "PORT=1 port=1"), "501 5.5.4 PORT stands there twice");
  EXPECT_EQ(complaint("XCLIENT", "PORT=[UNAVAILABLE] PORT=1"), "501 5.5.4 PORT stands there twice");
}

TEST(Xforward, OneLineWithAllOfIt) {
  const XforwardArguments all = xforward(
      "NAME=Spike.example ADDR=IPV6:2001:db8::7 PORT=1000 PROTO=ESMTPS HELO=hi+20there IDENT=4B1 "
      "SOURCE=remote");
  EXPECT_EQ(all.name, "spike.example");
  EXPECT_EQ(all.address, "2001:db8::7");
  EXPECT_EQ(all.port, 1000);
  EXPECT_EQ(all.protocol, "ESMTPS");
  EXPECT_EQ(all.helo, "hi there");
  EXPECT_EQ(all.ident, "4B1");
  EXPECT_EQ(all.source, "REMOTE");
  EXPECT_EQ(xforward("SOURCE=LOCAL").source, "LOCAL");
  EXPECT_EQ(xforward("NAME=[UNAVAILABLE]").name, "");
  EXPECT_FALSE(xforward("NAME=a").address);
}

TEST(Xforward, RefusesWhatCannotBe) {
  for (const std::string& argument : std::vector<std::string>{
           "SOURCE=ELSEWHERE", "LOGIN=ann", "DESTADDR=192.0.2.1", "ADDR=x", "PORT=65536",
           "NAME=a+20b", "HELO=a+0Ab", "IDENT=", "IDENT=" + std::string(256, 'a'), "PROTO=a+0Db"}) {
    EXPECT_EQ(complaint("XFORWARD", argument).substr(0, 9), "501 5.5.4") << argument;
  }
}

TEST(Trust, TheListOfTheAttributesIsForWhoIsTrusted) {
  const Dialect dialect = with_both();
  EXPECT_EQ(dialect.ehlo_value("XCLIENT"), "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT");
  EXPECT_EQ(dialect.ehlo_value("XFORWARD"), "NAME ADDR PORT PROTO HELO IDENT SOURCE");
  EXPECT_EQ(dialect.ehlo_lines().find("XCLIENT"), std::string::npos);
  EXPECT_EQ(dialect.ehlo_lines().find("XFORWARD"), std::string::npos);
}

TEST(Trust, NobodyHasThemUnlessOffered) {
  const Dialect dialect = standard_dialect({});
  EXPECT_EQ(dialect.find_verb("XCLIENT"), nullptr);
  EXPECT_EQ(dialect.find_verb("XFORWARD"), nullptr);
}

/// What `line` gets after `before`, each of which is accepted.
std::string reply_to(std::string_view line, const std::vector<std::string_view>& before) {
  const Dialect dialect = with_both();
  ServerProtocol protocol{dialect};
  std::string out;
  for (const std::string_view each : before) {
    const Step step = protocol.next(each);
    EXPECT_TRUE(std::holds_alternative<CommandCame>(step.incoming)) << each;
    protocol.answer({code::ok, "2.0.0 OK"}, out);
  }
  const Step step = protocol.next(line);
  const auto* broken = std::get_if<Malformed>(&step.incoming);
  return broken == nullptr ? "fine" : std::to_string(broken->reply.code());
}

TEST(Trust, OutsideOfATransactionAlone) {
  constexpr std::string_view ehlo = "EHLO a.example\r\n";
  constexpr std::string_view mail = "MAIL FROM:<>\r\n";
  constexpr std::string_view rcpt = "RCPT TO:<ann@example.org>\r\n";
  for (const std::string_view line : {"XCLIENT PORT=1\r\n", "XFORWARD PORT=1\r\n"}) {
    EXPECT_EQ(reply_to(line, {}), "fine");
    EXPECT_EQ(reply_to(line, {ehlo}), "fine");
    EXPECT_EQ(reply_to(line, {ehlo, mail}), "503");
    EXPECT_EQ(reply_to(line, {ehlo, mail, rcpt}), "503");
  }
  EXPECT_EQ(reply_to("XCLIENT\r\n", {ehlo}), "501");
}

}  // namespace
}  // namespace quoth::smtp
