// Recipients of strangers: a server that takes them from anybody is an open relay.
#include <string>
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

}  // namespace

Cases relay() {
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

}  // namespace quoth::conform::cases
