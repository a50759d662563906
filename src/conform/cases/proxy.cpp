// The PROXY protocol, versions 1 and 2: headers of trusted peers, and of others.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "conform/cases.hpp"
#include "conform/proxy_header.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using enum Level;

constexpr const char* v1 = "PROXY protocol §2.1";
constexpr const char* v2 = "PROXY protocol §2.2";
constexpr const char* trust = "PROXY protocol §5";
constexpr const char* header = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n";

Case bare(std::string name, Level level, std::string reference, std::string title, std::string why,
          Steps steps, std::string needs) {
  Case result{"proxy." + std::move(name),
              level,
              std::move(reference),
              std::move(title),
              std::move(why),
              Stage::connected,
              std::move(steps),
              std::move(needs) + " explicit"};
  result.opening = Opening::bare;
  result.is_stranger = true;
  return result;
}

/// From somebody whom the server has no reason to believe.
Cases distrusted() {
  const std::string why =
      "Whoever may say whom he speaks for is everybody he likes to be: a trusted network, too.";
  const auto first = [&why](std::string name, std::string title, std::string octets) {
    return bare(
        std::move(name), security, trust, std::move(title), why,
        {raw(std::move(octets)), reply("220|4xx|5xx|end").refusable(), reply("5xx|4xx|221|end")},
        "no-proxy");
  };
  const auto later = [&why](std::string name, std::string title, Stage stage) {
    Case result = bare(std::move(name), security, trust, std::move(title), why,
                       {raw(header), reply("5xx|4xx|end"), say("NOOP", "250|end")}, "no-proxy");
    result.stage = stage;
    return result;
  };
  return {
      first("distrusted-v1", "A header of version 1 from anybody", header),
      first("distrusted-unknown", "PROXY UNKNOWN from anybody", "PROXY UNKNOWN\r\n"),
      first("distrusted-v2", "A header of version 2 from anybody",
            proxy_v2('\x21', '\x11', proxy_v2_addresses())),
      first("distrusted-local", "LOCAL from anybody", proxy_v2('\x20', '\0', "")),
      later("distrusted-after-greeting", "A header behind the greeting", Stage::greeted),
      later("distrusted-after-hello", "A header behind EHLO", Stage::hello),
      later("distrusted-in-mail", "A header in a transaction", Stage::mail),
  };
}

/// Greeted, and served.
Case taken(std::string name, std::string reference, std::string title, Steps octets) {
  octets.push_back(reply("220"));
  octets.push_back(say("{hello} conform.example.org", "250"));
  octets.push_back(say("QUIT", "221"));
  return bare(std::move(name), must, std::move(reference), std::move(title),
              "A proxy may send it; what follows is the client's dialogue.", std::move(octets),
              "proxy");
}

Case taken(std::string name, std::string reference, std::string title, std::string octets) {
  return taken(std::move(name), std::move(reference), std::move(title),
               Steps{raw(std::move(octets))});
}

Cases good() {
  const std::string addresses = proxy_v2_addresses();
  const std::string no_op = "\x04\0\x03zzz"s;
  const std::string unknown_tlv = "\xee\0\2ab"s;
  return {
      taken("v1-tcp4", v1, "Version 1, TCP4", header),
      taken("v1-tcp6", v1, "Version 1, TCP6", "PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n"),
      taken("v1-unknown", v1, "Version 1, UNKNOWN", "PROXY UNKNOWN\r\n"),
      taken("v1-unknown-more", v1, "Version 1, UNKNOWN, and what is to be ignored",
            "PROXY UNKNOWN ffff:f...f:ffff what ever 65535 65535\r\n"),
      taken("v1-pieces", v1, "Version 1, octet by octet", Steps{raw(header).in_pieces(1, 2ms)}),
      taken("v2-tcp4", v2, "Version 2, TCP over IPv4", proxy_v2('\x21', '\x11', addresses)),
      taken("v2-tcp6", v2, "Version 2, TCP over IPv6",
            proxy_v2('\x21', '\x21',
                     "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
                     "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\0\x19"s)),
      taken("v2-local", v2, "Version 2, LOCAL", proxy_v2('\x20', '\0', "")),
      taken("v2-local-more", v2, "Version 2, LOCAL with addresses, which do not count",
            proxy_v2('\x20', '\x11', addresses)),
      taken("v2-unspecified", v2, "Version 2, PROXY of no family", proxy_v2('\x21', '\0', "")),
      taken("v2-tlvs", v2, "Version 2, with vectors behind the addresses",
            proxy_v2('\x21', '\x11', addresses + no_op + unknown_tlv)),
      taken("v2-crc", v2, "Version 2, with its CRC", proxy_v2_with_crc(addresses, false)),
      taken("v2-pieces", v2, "Version 2, octet by octet",
            Steps{raw(proxy_v2('\x21', '\x11', addresses)).in_pieces(1, 2ms)}),
  };
}

Case broken(std::string name, std::string reference, std::string title, Steps steps) {
  steps.push_back(reply("4xx|5xx|end"));
  steps.push_back(alive());
  return bare(std::move(name), security, std::move(reference), std::move(title),
              "Where a header must come nothing else counts: the connection ends.",
              std::move(steps), "proxy");
}

Case broken(std::string name, std::string reference, std::string title, std::string octets) {
  return broken(std::move(name), std::move(reference), std::move(title),
                Steps{raw(std::move(octets))});
}

/// In the vectors, which a server need not look at (PROXY protocol, section 2.2).
Case lax(Case result) {
  result.level = should;
  return result;
}

Cases bad() {
  const std::string addresses = proxy_v2_addresses();
  const std::string whole = proxy_v2('\x21', '\x11', addresses);
  const auto cut = [](std::string name, std::string reference, std::string title,
                      std::string octets) {
    return broken(std::move(name), std::move(reference), std::move(title),
                  Steps{raw(std::move(octets)), half_close()});
  };
  return {
      broken("none", trust, "No header where one must come", "EHLO conform.example.org\r\n"),
      broken("v1-lower-case", v1, "Version 1 in lower case",
             "proxy tcp4 192.0.2.7 192.0.2.1 4711 25\r\n"),
      broken("v1-bad-address", v1, "Version 1, an address that is none",
             "PROXY TCP4 192.0.2.777 192.0.2.1 4711 25\r\n"),
      broken("v1-bad-port", v1, "Version 1, port 65536",
             "PROXY TCP4 192.0.2.7 192.0.2.1 65536 25\r\n"),
      broken("v1-mixed", v1, "Version 1, TCP4 with an IPv6 address",
             "PROXY TCP4 2001:db8::7 192.0.2.1 4711 25\r\n"),
      broken("v1-missing", v1, "Version 1 without its ports", "PROXY TCP4 192.0.2.7 192.0.2.1\r\n"),
      broken("v1-udp", v1, "Version 1, UDP4", "PROXY UDP4 192.0.2.7 192.0.2.1 4711 25\r\n"),
      broken("v1-too-long", v1, "Version 1, more than 107 octets",
             "PROXY UNKNOWN " + run_of('x', 200) + "\r\n"),
      broken("v1-endless", v1, "Version 1, without an end", "PROXY UNKNOWN " + run_of('x', 5000)),
      cut("v1-cut", v1, "Version 1, cut", "PROXY TCP4 192.0.2.7 192."),
      broken("v2-version", v2, "Version 3 in the shape of version 2",
             proxy_v2('\x31', '\x11', addresses)),
      broken("v2-command", v2, "Version 2, an unknown command",
             proxy_v2('\x22', '\x11', addresses)),
      broken("v2-short", v2, "Version 2, too short for its addresses",
             proxy_v2('\x21', '\x11', addresses.substr(0, 8))),
      lax(broken("v2-bad-crc", v2, "Version 2, a wrong CRC", proxy_v2_with_crc(addresses, true))),
      lax(broken("v2-bad-tlv", v2, "Version 2, a vector that is longer than the header",
                 proxy_v2('\x21', '\x11', addresses + "\x04\x40\0zzz"s))),
      cut("v2-cut", v2, "Version 2, cut", whole.substr(0, 20)),
      cut("v2-cut-signature", v2, "Version 2, cut in its signature", whole.substr(0, 7)),
      cut("nothing", trust, "The end in place of a header", ""),
  };
}

Cases later() {
  const std::string why = "Only the first octets of a connection are a header.";
  Case received =
      bare("received", must, v1, "The Received field has the address of the header",
           "It is the client's, and the peer is a proxy.",
           {raw(header), reply("220").given(), say("{hello} conform.example.org", "250").given(),
            mail("", "250").given(), rcpt("", "250|251").given(), say("DATA", "354").given(),
            text("x\r\n", "250")},
           "proxy");
  received.stored = {Stored::Rule::as_decided, "192.0.2.7", ""};
  return {
      bare("second-after-greeting", security, trust, "A second header behind the greeting", why,
           {raw(header), reply("220"), raw(header), reply("5xx|4xx|end"),
            say("NOOP", "5xx|250|end")},
           "proxy"),
      bare("second-after-hello", security, trust, "A second header behind EHLO", why,
           {raw(header), reply("220"), say("{hello} conform.example.org", "250"), raw(header),
            reply("5xx|4xx|end"), say("NOOP", "250|end")},
           "proxy"),
      bare("second-at-once", security, trust, "Two headers in one write", why,
           {raw(std::string{header} + header), reply("220|4xx|5xx|end").refusable(),
            reply("5xx|4xx|end")},
           "proxy"),
      bare("reset", must, trust, "A RST behind half a header", "The server lives.",
           {raw("PROXY TCP4 192."), pause(20ms), reset(), alive()}, "proxy"),
      received,
  };
}

}  // namespace

Cases proxy() {
  Cases all;
  for (const auto& part : {distrusted, good, bad, later}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
