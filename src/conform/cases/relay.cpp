// Recipients of strangers: a server that takes them from anybody is an open relay.
#include <string>
#include <string_view>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using enum Level;

constexpr const char* why_not =
    "Mail from a stranger to a stranger must be refused, however the address is written.";

/// A recipient whose domain is not the server's.
Case foreign(std::string name, std::string title, std::string path,
             std::string sender = "<{sender}>") {
  return {"relay." + std::move(name),
          security,
          "RFC 5321 §7.9",
          std::move(title),
          why_not,
          Stage::hello,
          {say("MAIL FROM:" + std::move(sender), "250").given(),
           say("RCPT TO:" + std::move(path), "4xx|5xx|end")}};
}

/// A recipient that hides a foreign one at the server's own domain. A server that takes any local
/// part is not judged: the mailbox may really have that name.
Case hidden(std::string name, std::string title, std::string path) {
  return {"relay." + std::move(name),
          security,
          "RFC 5321 §7.9",
          std::move(title),
          why_not,
          Stage::mail,
          {say("RCPT TO:<{unknown}>", "4xx|5xx").given(),
           say("RCPT TO:" + std::move(path), "4xx|5xx|end")},
          "domain unknown"};
}

Cases plain_relay() {
  return {
      foreign("plain", "A foreign recipient", "<victim@relay-test.example.net>"),
      foreign("null-sender", "A foreign recipient for the null sender",
              "<victim@relay-test.example.net>", "<>"),
      foreign("local-sender", "A foreign recipient for a sender at localhost",
              "<victim@relay-test.example.net>", "<root@localhost>"),
      foreign("literal-sender", "A foreign recipient for a sender at [127.0.0.1]",
              "<victim@relay-test.example.net>", "<root@[127.0.0.1]>"),
      foreign("same-domain", "A foreign recipient for a sender at its own domain",
              "<victim@relay-test.example.net>", "<victim@relay-test.example.net>"),
      foreign("upper-case", "A foreign recipient in upper case", "<VICTIM@RELAY-TEST.EXAMPLE.NET>"),
      foreign("quoted", "A foreign recipient in quotes", "<\"victim\"@relay-test.example.net>"),
      foreign("trailing-dot", "A foreign domain with a dot behind it",
              "<victim@relay-test.example.net.>"),
      foreign("source-route", "A source route through localhost",
              "<@localhost:victim@relay-test.example.net>"),
      foreign("source-route-literal", "A source route through [127.0.0.1]",
              "<@[127.0.0.1]:victim@relay-test.example.net>"),
      foreign("literal", "A foreign address literal", "<victim@[192.0.2.1]>"),
      foreign("mapped-literal", "An IPv4-mapped address literal",
              "<victim@[IPv6:::ffff:192.0.2.1]>"),
      foreign("percent-localhost", "The percent hack at localhost",
              "<victim%relay-test.example.net@localhost>"),
      foreign("percent-literal", "The percent hack at [127.0.0.1]",
              "<victim%relay-test.example.net@[127.0.0.1]>"),
      foreign("bang-localhost", "A UUCP path at localhost",
              "<relay-test.example.net!victim@localhost>"),
      foreign("percent-alone", "The percent hack without a domain",
              "<victim%relay-test.example.net>"),
      foreign("bang-alone", "A UUCP path without a domain", "<relay-test.example.net!victim>"),
      foreign("quoted-alone", "A quoted foreign address without a domain",
              "<\"victim@relay-test.example.net\">"),
      foreign("nul", "A foreign domain with NUL", "<victim@relay-test.example.net" + "\0"s + ">"),
      foreign("encoded-word", "An encoded word",
              "<=?utf-8?q?victim=40relay-test.example.net?=@relay-test.example.net>"),
      hidden("percent", "The percent hack", "<victim%relay-test.example.net@{domain}>"),
      hidden("quoted-at", "A foreign address in quotes",
             "<\"victim@relay-test.example.net\"@{domain}>"),
      hidden("quoted-percent", "The percent hack in quotes",
             "<\"victim%relay-test.example.net\"@{domain}>"),
      hidden("bang", "A UUCP path", "<relay-test.example.net!victim@{domain}>"),
      hidden("own-route", "A source route through the server",
             "<@{domain}:victim@relay-test.example.net>"),
      hidden("two-ats", "Two domains, ours last", "<victim@relay-test.example.net@{domain}>"),
      hidden("two-ats-ours-first", "Two domains, ours first",
             "<victim@{domain}@relay-test.example.net>"),
      hidden("subdomain", "A subdomain of ours", "<victim@relay-test.{domain}>"),
      hidden("suffix", "A domain that ends like ours", "<victim@relay-test{domain}>"),
      hidden("prefix", "A domain that begins like ours", "<victim@{domain}.example.net>"),
      hidden("encoded-own", "An encoded word at our domain",
             "<=?utf-8?q?victim=40relay-test.example.net?=@{domain}>"),
  };
}

/// The same recipients for senders that AUTH= vouches for.
Cases vouched_relay() {
  Cases all;
  for (const Case& each : plain_relay()) {
    Case vouched = each;
    vouched.id =
        "relay.auth-" + std::string{std::string_view{each.id}.substr(each.id.find('.') + 1)};
    vouched.reference = "RFC 4954 §5";
    vouched.title += ", and MAIL with AUTH=";
    vouched.why = "The parameter says who wrote a message, and proves nothing.";
    vouched.needs += vouched.needs.empty() ? "AUTH" : " AUTH";
    vouched.opening = Opening::safest;
    if (vouched.stage == Stage::mail) {
      vouched.stage = Stage::hello;
      vouched.steps.insert(vouched.steps.begin(), mail("AUTH={rcpt-xtext}", "250").given());
    } else {
      std::string& line = vouched.steps.front().text;
      line.insert(line.size() - std::string_view{crlf}.size(), " AUTH={rcpt-xtext}");
    }
    all.push_back(std::move(vouched));
  }
  return all;
}

}  // namespace

Cases relay() {
  Cases all = plain_relay();
  for (Case& each : vouched_relay()) all.push_back(std::move(each));
  for (Case& each : all) each.is_stranger = true;
  return all;
}

}  // namespace quoth::conform::cases
