// The TLS handshake: behind STARTTLS, and, as the group "implicit", from the first octet.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "conform/cases.hpp"
#include "conform/client_hello.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using enum Level;

/// Where the handshakes of a group take place.
struct Place {
  bool is_implicit = false;

  /// A case whose first step of its own is where the client's hello belongs.
  [[nodiscard]] Case at(std::string name, Level level, std::string reference, std::string title,
                        std::string why, Steps steps) const {
    Case result{(is_implicit ? "implicit." : "handshake.") + std::move(name),
                level,
                std::move(reference),
                std::move(title),
                std::move(why),
                is_implicit ? Stage::connected : Stage::hello,
                {},
                is_implicit ? "implicit" : "STARTTLS"};
    result.opening = is_implicit ? Opening::bare : Opening::clear;
    if (!is_implicit) result.steps.push_back(say("STARTTLS", "220").given());
    for (Step& each : steps) result.steps.push_back(std::move(each));
    return result;
  }

  /// What shows that TLS is there: the greeting, or EHLO.
  [[nodiscard]] Steps talk() const {
    Steps steps;
    if (is_implicit) steps.push_back(reply("220"));
    steps.push_back(say("{hello} conform.example.org", "250"));
    return steps;
  }
};

Steps join(Steps first, const Steps& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Cases versions(const Place& place) {
  using net::TlsVersion;
  const std::string old = "RFC 8996 §2";
  const std::string weak = "RFC 9325 §4.1";
  const std::string why_old = "It is broken, or must not be used any more.";
  const auto works = [&place](Handshake how) {
    return join({start_tls(std::move(how))}, place.talk());
  };
  const auto refused = [](ClientHello hello) { return Steps{no_tls(hello.octets()), alive()}; };
  return {
      place.at("tls-1-2", must, "RFC 9325 §3.1.1", "TLS 1.2", "Implementations must support it.",
               works({.max_version = TlsVersion::tls1_2})),
      place.at("tls-1-3", should, "RFC 9325 §3.1.1", "TLS 1.3",
               "Implementations should support it.", works({.min_version = TlsVersion::tls1_3})),
      place.at("ssl-3", security, "RFC 7568 §3", "SSL 3 is refused", why_old,
               refused({.version = 0x0300})),
      place.at("tls-1-0", should, old, "TLS 1.0 is refused", why_old, refused({.version = 0x0301})),
      place.at("tls-1-1", should, old, "TLS 1.1 is refused", why_old, refused({.version = 0x0302})),
      place.at("null-cipher", security, weak, "Ciphers that do not encrypt are refused",
               "Who has nothing better has no TLS.",
               refused({.ciphers = {0x0001, 0x0002, 0x003b, 0xc006, 0xc010}})),
      place.at("rc4", security, weak, "RC4 is refused", why_old,
               refused({.ciphers = {0x0004, 0x0005, 0xc007, 0xc011}})),
      place.at("export-ciphers", security, weak, "Export ciphers are refused",
               "FREAK and Logjam were made of them.",
               refused({.ciphers = {0x0003, 0x0006, 0x0008, 0x000b, 0x0014}})),
      place.at("no-common-cipher", must, "RFC 5246 §7.2.2", "Ciphers that nobody knows are refused",
               "A handshake that cannot succeed ends.", refused({.ciphers = {0xfefe, 0xfafa}})),
  };
}

Cases server_names(const Place& place) {
  const std::string section = "RFC 6066 §3";
  const std::string lives = "Whatever the name, the server lives, and keeps to its records.";
  const auto odd = [&](std::string name, std::string title, std::string server_name,
                       std::string reference) {
    ClientHello hello;
    hello.server_name = std::move(server_name);
    return place.at(std::move(name), security, std::move(reference), std::move(title), lives,
                    {raw(hello.octets()), pause(50ms), half_close(), closes(), alive()});
  };
  return {
      place.at("no-server-name", must, section, "A client that asks for no name",
               "Many mail servers ask for none.",
               join({start_tls({.server_name = ""})}, place.talk())),
      place.at("unknown-server-name", should, section, "A name that the server does not know",
               "Clients ask for the name in MX, or for the domain: a mail server should go on.",
               join({start_tls({.server_name = "quoth-conform.invalid"})}, place.talk())),
      odd("empty-server-name", "A server name of no octets", "", section),
      odd("long-server-name", "A server name of 2000 octets", run_of('a', 2000), section),
      odd("backslash-server-name", "A server name that ends with a backslash", "a\\",
          "CVE-2019-15846"),
      odd("nul-server-name", "A server name with NUL", "mx.example.org" + "\0"s + ".example.net",
          section),
      odd("path-server-name", "A server name that is a path", "../../../../etc/passwd", section),
      odd("template-server-name", "A server name that is a template", "${run{/bin/true}}",
          "CVE-2019-10149"),
      odd("high-server-name", "A server name of octets above 127", "\xff\xfe\x80", section),
  };
}

/// What is no handshake: the server closes, says nothing in the clear, and lives.
Cases garbage(const Place& place) {
  const std::string section = "RFC 3207 §4";
  const std::string why =
      "Where a handshake belongs nothing else counts, and no reply in the clear may follow: an "
      "attacker's would be taken for it.";
  const auto bad = [&](std::string name, std::string title, std::string octets) {
    return place.at(std::move(name), security, section, std::move(title), why,
                    {raw(std::move(octets)), half_close(), closes(), alive()});
  };
  const auto open = [&](std::string name, std::string title, std::string octets) {
    return place.at(std::move(name), security, section, std::move(title), why,
                    {raw(std::move(octets)), closes(), alive()});
  };
  return {
      open("clear-text", "A command in the clear in place of a handshake",
           "EHLO conform.example.org\r\n"),
      open("http", "An HTTP request in place of a handshake",
           "GET / HTTP/1.1\r\nHost: conform.example.org\r\n\r\n"),
      open("zeros", "Zeros in place of a handshake", std::string(64, '\0')),
      open("high-octets", "Octets 255 in place of a handshake", run_of('\xff', 64)),
      open("record-too-long", "A record of 65535 octets",
           "\x16\x03\x01\xff\xff\x01" + run_of('a', 64)),
      open("wrong-message", "A handshake that begins with Finished",
           "\x16\x03\x03\0\x10\x14\0\0\x0c" + run_of('a', 12)),
      open("alert", "An alert in place of a handshake", "\x15\x03\x03\0\2\2\x28"s),
      open("application-data", "Data in place of a handshake",
           "\x17\x03\x03\0\x06"
           "NOOP\r\n"s),
      bad("empty-record", "An empty record", "\x16\x03\x01\0\0"s),
      bad("nothing", "The end in place of a handshake", ""),
  };
}

/// A handshake that stops half way.
Cases cut(const Place& place) {
  const std::string section = "RFC 8446 §6.1";
  const std::string why = "A client that goes in the middle leaves nothing behind.";
  const std::string hello = ClientHello{}.octets();
  Cases all;
  for (const std::size_t octets : {std::size_t{1}, std::size_t{5}, std::size_t{11},
                                   hello.size() / 2, hello.size() - 1, hello.size()}) {
    const bool is_whole = octets == hello.size();
    const std::string name = is_whole                     ? "whole"
                             : octets == hello.size() - 1 ? "almost-whole"
                             : octets == hello.size() / 2 ? "half"
                                                          : std::to_string(octets);
    all.push_back(place.at("cut-" + name, must, section,
                           "The client ends behind its hello, cut: " + name, why,
                           {raw(hello.substr(0, octets)), half_close(), closes(), alive()}));
    all.push_back(place.at("reset-" + name, must, section,
                           "The client resets behind its hello, cut: " + name, why,
                           {raw(hello.substr(0, octets)), pause(10ms), reset(), alive()}));
  }
  return all;
}

Cases sessions(const Place& place) {
  const auto twice = [&place](net::TlsVersion version) {
    const Handshake first{.min_version = version, .max_version = version, .is_resuming = true};
    Handshake later = first;
    later.is_resumed = true;
    Steps steps = join({start_tls(first)}, place.talk());
    steps.push_back(say("QUIT", "221").given());
    steps.push_back(reconnect());
    if (!place.is_implicit) {
      steps.push_back(reply("220"));
      steps.push_back(say("{hello} conform.example.org", "250"));
      steps.push_back(say("STARTTLS", "220").given());
    }
    steps.push_back(start_tls(later));
    steps = join(std::move(steps), place.talk());
    steps.push_back(rcpt("", "503|5xx"));
    return steps;
  };
  const std::string why = "It saves half of the handshake's work, and nothing of the dialogue.";
  return {
      place.at("resumed-1-2", should, "RFC 5077 §3.1", "A session of TLS 1.2 goes on", why,
               twice(net::TlsVersion::tls1_2)),
      place.at("resumed-1-3", should, "RFC 8446 §2.2", "A session of TLS 1.3 goes on", why,
               twice(net::TlsVersion::tls1_3)),
  };
}

Cases all_at(const Place& place) {
  Cases all;
  for (const auto& part : {versions, server_names, garbage, cut, sessions}) {
    for (Case& each : part(place)) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace

Cases handshake() { return all_at({}); }
Cases implicit() { return all_at({.is_implicit = true}); }

}  // namespace quoth::conform::cases
