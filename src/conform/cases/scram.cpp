// SCRAM (RFC 5802, RFC 7677): exchanges with something wrong in them.
#include <string>
#include <string_view>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"
#include "core/base64.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using enum Level;

constexpr const char* refused = "535|5xx|454";
constexpr const char* with_user = "user AUTH=SCRAM-SHA-256";
constexpr const char* with_binding = "user AUTH=SCRAM-SHA-256-PLUS";

Case make(std::string name, Level level, std::string reference, std::string title, std::string why,
          Steps steps, std::string needs) {
  Case result{"scram." + std::move(name), level,           std::move(reference),
              std::move(title),           std::move(why),  Stage::hello,
              std::move(steps),           std::move(needs)};
  result.opening = Opening::safest;
  result.is_stranger = true;
  return result;
}

Cases right() {
  const std::string section = "RFC 5802 §5";
  const std::string works = "Both sides prove that they know the password.";
  return {
      make("sha-256", must, "RFC 7677 §3", "SCRAM-SHA-256", works, {scram({}, "235")}, with_user),
      make("sha-1", must, section, "SCRAM-SHA-1", works, {scram({.is_sha256 = false}, "235")},
           "user AUTH=SCRAM-SHA-1"),
      make("no-binding", must, "RFC 5802 §6", "A client that could bind, at a server that cannot",
           "y says that the server's list had no -PLUS, which is so.",
           {scram({.header = "y,,"}, "235")}, "user AUTH=SCRAM-SHA-256 no-binding"),
      make("exporter", must, "RFC 9266 §2", "SCRAM-SHA-256-PLUS with tls-exporter",
           "What is listed is there; TLS 1.3 has this binding by default.",
           {scram({.header = "p=tls-exporter,,"}, "235")}, with_binding),
      make("end-point", should, "RFC 5929 §4", "SCRAM-SHA-256-PLUS with tls-server-end-point",
           "Older clients have this one alone.",
           {scram({.header = "p=tls-server-end-point,,"}, "235")}, with_binding),
      make("then-again", must, "RFC 4954 §4", "AUTH after SCRAM: 503",
           "After success no more AUTH may be issued in the same session.",
           {scram({}, "235"), say("AUTH SCRAM-SHA-256", "503|5xx")}, with_user),
  };
}

Cases wrong() {
  const std::string section = "RFC 5802 §5.1";
  const auto faulty = [](std::string name, std::string reference, std::string title, Scram how,
                         std::string why, std::string needs = with_user) {
    return make(std::move(name), security, std::move(reference), std::move(title), std::move(why),
                {scram(std::move(how), refused), say("NOOP", "250|end")}, std::move(needs));
  };
  return {
      faulty("wrong-password", section, "A wrong password", {.is_right = false},
             "The proof does not hold."),
      faulty("unknown-user", section, "An unknown user", {.user = "{nobody}", .is_right = false},
             "Nobody can prove to be one who is not there."),
      faulty("nonce", section, "Another nonce in the last message", {.fault = ScramFault::nonce},
             "The server must check its nonce, or what was heard once is good for ever."),
      faulty("own-nonce", section, "The last message without the server's nonce",
             {.fault = ScramFault::own_nonce},
             "The server must check its nonce, or what was heard once is good for ever."),
      faulty("proof", section, "A proof with one wrong bit", {.fault = ScramFault::proof},
             "It is no proof."),
      faulty("no-proof", section, "The last message without a proof",
             {.fault = ScramFault::no_proof}, "Nothing was proven."),
      faulty("short-proof", section, "A proof that is an octet too short",
             {.fault = ScramFault::short_proof}, "It is compared whole, or not at all."),
      faulty("binding", section, "Another header in c= than in the first message",
             {.fault = ScramFault::binding}, "Somebody between the two has changed the first one."),
      faulty("mandatory-extension", section, "A mandatory extension",
             {.fault = ScramFault::extension},
             "Unknown mandatory extensions must end the exchange."),
      faulty("downgrade", "RFC 5802 §6", "A client that saw no -PLUS where there is one",
             {.header = "y,,"},
             "Somebody between the two has taken it out of the list: the server must refuse.",
             with_binding),
      faulty("channel", "RFC 5802 §6", "The octets of another channel",
             {.header = "p=tls-exporter,,", .fault = ScramFault::channel},
             "Somebody is between the two ends.", with_binding),
      faulty("unknown-binding", "RFC 5802 §6", "A channel binding that nobody knows",
             {.header = "p=x-conform,,"}, "The server must refuse what it cannot check.",
             with_binding),
      faulty("as-other", section, "The right password, to act as somebody else",
             {.header = "n,a=quoth-conform-nobody,"},
             "Who may act as whom is the server's to say; nobody may act as one who is not there."),
  };
}

/// First messages that are none: no password is needed to see what becomes of them.
Cases first_messages() {
  const auto first = [](std::string name, std::string title, std::string_view message,
                        std::string why = "It is not what the grammar says.") {
    return make(std::move(name), must, "RFC 5802 §7", std::move(title), std::move(why),
                {say("AUTH SCRAM-SHA-256 " + encode_base64(message), "5xx"), say("NOOP", "250")},
                "AUTH=SCRAM-SHA-256");
  };
  const std::string unknown = encode_base64("n,,n=quoth-conform-nobody,r=conformconformconform");
  return {
      first("first-no-header", "No GS2 header", "n=user,r=conform"),
      first("first-bad-header", "A GS2 header of another letter", "z,,n=user,r=conform"),
      first("first-binding", "A channel binding without -PLUS", "p=tls-exporter,,n=user,r=conform",
            "What ties nothing must not say that it does."),
      first("first-no-user", "No user", "n,,r=conform"),
      first("first-no-nonce", "No nonce", "n,,n=user"),
      first("first-empty-nonce", "A nonce of no octets", "n,,n=user,r="),
      first("first-bad-escape", "An escape that is none", "n,,n=a=2Gb,r=conform"),
      first("first-nul", "NUL in the user's name", "n,,n=a\0b,r=conform"s),
      first("first-random", "Octets that are no message", "\xff\x00\x01\x02"s),
      make("first-long-user", must, "RFC 5802 §7", "A user's name of 5000 octets",
           "It is refused, or somebody unknown; and the session goes on.",
           {say("AUTH SCRAM-SHA-256 " + encode_base64("n,,n=" + run_of('u', 5000) + ",r=conform"),
                "334|5xx|end")
                .refusable(),
            say("*", "5xx|end"), say("NOOP", "250|end")},
           "AUTH=SCRAM-SHA-256"),
      make("first-long-nonce", must, "RFC 5802 §7", "A nonce of 5000 octets",
           "It is refused, or answered; and the session goes on.",
           {say("AUTH SCRAM-SHA-256 " + encode_base64("n,,n=user,r=" + run_of('r', 5000)),
                "334|5xx|end")
                .refusable(),
            say("*", "5xx|end"), say("NOOP", "250|end")},
           "AUTH=SCRAM-SHA-256"),
      make("unknown-user-challenge", should, "RFC 4954 §9",
           "An unknown user gets a challenge as any other",
           "Else whoever asks learns which names there are.",
           {say("AUTH SCRAM-SHA-256 " + unknown, "334"), say("*", "501")}, "AUTH=SCRAM-SHA-256"),
      make("last-random", must, "RFC 5802 §7", "A last message that is none",
           "It is not what the grammar says.",
           {say("AUTH SCRAM-SHA-256 " + unknown, "334").given(),
            say(encode_base64("c=biws,x=\xff"), "5xx"), say("NOOP", "250|end")},
           "AUTH=SCRAM-SHA-256"),
  };
}

}  // namespace

Cases scram_logins() {
  Cases all;
  for (const auto& part : {right, wrong, first_messages}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
