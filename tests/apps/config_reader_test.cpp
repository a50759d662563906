#include "apps/quoth/config_reader.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

/// A good file, to which a test adds one thing.
constexpr std::string_view good = R"([[listener]]
listen = ["127.0.0.1:0"]
accept = ["a.test"]
[route."*"]
via = "discard"
)";

std::string with(std::string_view more) { return std::string{good} + std::string{more}; }

std::string findings(std::string_view text) {
  return read_config(text, "q.toml").diagnostics.render();
}

Config config_of(std::string_view text) {
  ReadConfig read = read_config(text, "q.toml");
  EXPECT_EQ(read.diagnostics.render(), "");
  return read.config;
}

TEST(ConfigReader, ReadsAWholeConfigurationOfALocalServer) {
  const Config config = config_of(R"(hostname = "mx.local.test"
[[listener]]
listen = ["127.0.0.1:0"]
accept = ["local.test"]
[recipients]                          # others are refused with 550 5.1.1; a domain without an entry has no recipients
"local.test" = ["alice", "postmaster", "user*"]
[route."*"]
via = "maildir:/var/mail/{domain}/{local}"    # or "discard", which the start-up lines say loudly
[limits]
message_size = "2 MiB"
connections = { total = 20000, per_ip = 20000 }
)");
  EXPECT_EQ(config.hostname, "mx.local.test");
  EXPECT_EQ(config.threads, 0U);
  EXPECT_EQ(config.user, "");
  ASSERT_EQ(config.listeners.size(), 1U);
  EXPECT_THAT(config.listeners[0].listen, ElementsAre("127.0.0.1:0"));
  EXPECT_THAT(config.listeners[0].accept, ElementsAre("local.test"));
  EXPECT_EQ(config.listeners[0].alias, "smtpd");
  EXPECT_EQ(config.listeners[0].unix_mode, 0660U);
  ASSERT_TRUE(config.recipients);
  EXPECT_THAT(*config.recipients,
              ElementsAre(Pair("local.test", ElementsAre("alice", "postmaster", "user*"))));
  ASSERT_EQ(config.routes.size(), 1U);
  EXPECT_EQ(config.routes[0].domain, "*");
  EXPECT_EQ(config.routes[0].via, "maildir:/var/mail/{domain}/{local}");
  EXPECT_EQ(config.limits.message_bytes, 2U << 20U);
  EXPECT_EQ(config.connections.total, 20000U);
  EXPECT_EQ(config.connections.per_ip, 20000U);
}

TEST(ConfigReader, AnEmptyFileIsWhatIsBuiltIn) {
  const Config config = config_of("");
  ASSERT_EQ(config.listeners.size(), 1U);
  EXPECT_THAT(config.listeners[0].listen, ElementsAre("127.0.0.1:1025"));
  EXPECT_THAT(config.listeners[0].accept, ElementsAre("*"));
  EXPECT_FALSE(config.recipients);
  ASSERT_EQ(config.routes.size(), 1U);
  EXPECT_EQ(config.routes[0].via, "maildir:./mail/{domain}/{local}");
}

TEST(ConfigReader, ReadsEveryKey) {
  const Config config = config_of(R"(
threads = 3
user = "quoth"
[[listener]]
listen = ["[::1]:25", "unix:/run/quoth.sock"]
accept = ["Example.ORG", "*.example.org"]
mode = "0600"
role = "lmtp"
line_ends = "normalise"
long_lines = "pass"
nul = "pass"
extensions = { dsn = true, chunking = false, mt-priority = true }
[[listener]]
listen = "127.0.0.1:2525"
accept = "*"
[[listener]]
listen = ["127.0.0.1:2526"]
accept = []
name = "third"
[route."*"]
via = "discard"
[route."Example.org"]
via = "maildir:mail/{local}"
[limits]
message_size = 65536
recipients = 100
errors = 5
refused_recipients = 7
received_fields = 30
command_line = "1 KiB"
text_line = "2kB"
memory = "64 MiB"
header_size = "64 KiB"
discarded_size = 0
junk_commands = 9
messages = 50
recipient_domains = 5
connections = { per_ip = 1, per_network = 300, ip_rate = "60/min", network_rate = "2/s" }
timeouts = { command = "1s", data = "250ms", refused_message = "7s", write = "2m", handler = "1h", message_handler = "1d", grace = "3s" }
[defences]
refuse_early_talkers = false
banner_delay = "1500ms"
refuse_bad_pipelining = false
data_rate = "1 KiB/s"
data_grace = "9s"
overload_percent = 50
overload_timeout = "5s"
[log]
level = "warn"
format = "json"
)");
  EXPECT_EQ(config.threads, 3U);
  EXPECT_EQ(config.user, "quoth");
  ASSERT_EQ(config.listeners.size(), 3U);
  EXPECT_THAT(config.listeners[0].accept, ElementsAre("example.org", "*.example.org"));
  EXPECT_EQ(config.listeners[0].unix_mode, 0600U);
  EXPECT_EQ(config.listeners[1].alias, "smtpd-2");
  EXPECT_THAT(config.listeners[1].listen, ElementsAre("127.0.0.1:2525"));
  EXPECT_EQ(config.listeners[2].alias, "third");
  EXPECT_THAT(config.listeners[2].accept, ElementsAre());
  ASSERT_EQ(config.routes.size(), 2U);
  EXPECT_EQ(config.routes[1].domain, "example.org");
  EXPECT_EQ(config.limits.message_bytes, 65536U);
  EXPECT_EQ(config.limits.recipients, 100U);
  EXPECT_EQ(config.limits.errors, 5U);
  EXPECT_EQ(config.limits.refused_recipients, 7U);
  EXPECT_EQ(config.limits.received_fields, 30U);
  EXPECT_EQ(config.limits.command_line_bytes, 1024U);
  EXPECT_EQ(config.limits.text_line_bytes, 2000U);
  EXPECT_EQ(config.memory_bytes, 64U << 20U);
  EXPECT_EQ(config.connections.per_ip, 1U);
  EXPECT_EQ(config.connections.total, ConnectionLimits{}.total);
  EXPECT_EQ(config.limits.header_bytes, 65536U);
  EXPECT_EQ(config.limits.discarded_bytes, 0U);
  EXPECT_EQ(config.limits.junk_commands, 9U);
  EXPECT_EQ(config.limits.messages, 50U);
  EXPECT_EQ(config.limits.recipient_domains, 5U);
  EXPECT_EQ(config.connections.per_network, 300U);
  EXPECT_EQ(config.connections.ip_rate, 60U);
  EXPECT_EQ(config.connections.network_rate, 120U);
  EXPECT_FALSE(config.defences.refuse_early_talkers);
  EXPECT_EQ(config.defences.banner_delay, 1500ms);
  EXPECT_FALSE(config.defences.refuse_bad_pipelining);
  EXPECT_EQ(config.defences.data_rate, 1024U);
  EXPECT_EQ(config.defences.data_grace, 9s);
  EXPECT_EQ(config.defences.overload_percent, 50U);
  EXPECT_EQ(config.defences.overload_timeout, 5s);
  const Listener& lmtp = config.listeners.front();
  EXPECT_EQ(lmtp.role, Role::lmtp);
  EXPECT_EQ(lmtp.text.bare_line_ends, smtp::BareLineEnds::normalise);
  EXPECT_TRUE(lmtp.text.passes_long_lines);
  EXPECT_TRUE(lmtp.text.passes_nul);
  EXPECT_THAT(lmtp.extensions,
              ElementsAre(Pair("CHUNKING", false), Pair("DSN", true), Pair("MT-PRIORITY", true)));
  EXPECT_EQ(config.listeners[1].role, Role::mx);
  EXPECT_EQ(config.listeners[1].text.bare_line_ends, smtp::BareLineEnds::reject);
  EXPECT_EQ(config.timeouts.command, 1s);
  EXPECT_EQ(config.timeouts.data, 250ms);
  EXPECT_EQ(config.timeouts.refused_message, 7s);
  EXPECT_EQ(config.timeouts.write, 2min);
  EXPECT_EQ(config.timeouts.handler, 1h);
  EXPECT_EQ(config.timeouts.message_handler, 24h);
  EXPECT_EQ(config.grace, 3s);
  EXPECT_EQ(config.log.level, LogLevel::warn);
  EXPECT_EQ(config.log.format, LogFormat::json);
}

TEST(ConfigReader, AnUnknownKeyIsShownWithWhatWasMeant) {
  EXPECT_EQ(findings(with("[limits]\nmesage_size = \"50 MiB\"\n")),
            "error: unknown key `limits.mesage_size` in q.toml:7:1\n"
            "    7 | mesage_size = \"50 MiB\"\n"
            "      | ^^^^^^^^^^^ did you mean `message_size`?\n"
            "(exit 78; 1 error, 0 warnings)\n");
}

TEST(ConfigReader, KeysOfLaterVersionsAreUnknownAndSaidToCome) {
  EXPECT_THAT(findings("[queue]\npath = \"/x\"\n"), HasSubstr("unknown key `queue` in q.toml:1:2"));
  for (const char* line : {"policy = {}", "queue = {}", "web = {}"}) {
    EXPECT_THAT(findings(with(std::string{line} + "\n")), HasSubstr("a later version will"))
        << line;
  }
}

TEST(ConfigReader, AKeyInTheWrongTableIsSentHome) {
  EXPECT_THAT(findings(with("hostname = \"mx.test\"\n")),
              HasSubstr("`hostname` belongs to the top of the file"));
  EXPECT_THAT(findings("message_size = 1\n"), HasSubstr("`message_size` belongs to [limits]"));
}

TEST(ConfigReader, AllErrorsOfAFileAreFoundInOnePass) {
  const std::string text = R"(hostname = 5
thread = 2
[[listener]]
listen = ["localhost:25", "127.0.0.1:70000"]
accept = ["a@b", "b.test"]
nmae = "x"
[recipients]
"c.test" = ["x"]
[route."b.test"]
via = "maildir:/m/{user}"
[limits]
message_size = "many"
recipients = 0
)";
  const std::string out = findings(text);
  for (const char* expected :
       {"wrong type of `hostname` in q.toml:1:12", "unknown key `thread` in q.toml:2:1",
        "bad address in `listener.listen` in q.toml:4:11",
        "bad address in `listener.listen` in q.toml:4:27",
        "bad domain in `listener.accept` in q.toml:5:11", "did you mean `name`?",
        "warning: no listener accepts mail for `c.test` in q.toml:8:1",
        "bad `route.\"b.test\".via` in q.toml:10:7",
        "`limits.message_size` is no size in q.toml:12:16",
        "`limits.recipients` is too small in q.toml:13:14", "(exit 78; 9 errors, 1 warning)"}) {
    EXPECT_THAT(out, HasSubstr(expected));
  }
  EXPECT_LT(out.find("q.toml:1:"), out.find("q.toml:2:"));
  EXPECT_LT(out.find("q.toml:8:"), out.find("q.toml:13:"));
}

TEST(ConfigReader, WhatIsNoTomlIsShown) {
  EXPECT_EQ(findings("threads = 1\nthreads = \n"),
            "error: this is not TOML in q.toml:2:11\n"
            "    2 | threads = \n"
            "      |           ^ key-value pair: expected value, saw '\\n'\n"
            "(exit 78; 1 error, 0 warnings)\n");
  EXPECT_THAT(findings("threads = 1\nthreads = 2\n"), HasSubstr("cannot redefine"));
  EXPECT_THAT(findings("a = \"\xff\"\n"), HasSubstr("this is not TOML"));
}

TEST(ConfigReader, AWrongTypeSaysWhatWasExpectedAndFound) {
  EXPECT_THAT(findings("threads = \"two\"\n"),
              HasSubstr("^^^^^ expected a whole number, found a string"));
  EXPECT_THAT(
      findings("[limits]\nmessage_size = true\n"),
      HasSubstr("expected a size such as \"50 MiB\", or a number of octets, found true or false"));
  EXPECT_THAT(
      findings("[limits]\ntimeouts = { data = 5 }\n"),
      HasSubstr(
          "expected a time such as \"30s\", \"5m\", \"1h\" or \"250ms\", found a whole number"));
  EXPECT_THAT(findings("limits = 5\n"), HasSubstr("expected a table, found a whole number"));
  EXPECT_THAT(findings("[listener]\naccept = \"*\"\n"),
              HasSubstr("expected [[listener]], with two brackets, found a table"));
  EXPECT_THAT(findings(with("[recipients]\n\"a.test\" = { file = \"x\" }\n")),
              HasSubstr("does not read recipients from a file yet"));
  EXPECT_THAT(findings(with("[recipients]\n\"a.test\" = [\"x\", 5]\n")),
              HasSubstr("wrong type in `recipients.\"a.test\"` in q.toml:7:18"));
}

struct RangeCase {
  const char* line;
  const char* expected;  ///< Empty: it is right.
};

class ConfigRanges : public testing::TestWithParam<RangeCase> {};

TEST_P(ConfigRanges, AreKept) {
  const std::string out = findings(with(std::string{"[limits]\n"} + GetParam().line + "\n"));
  if (std::string_view{GetParam().expected}.empty()) {
    EXPECT_EQ(out, "");
  } else {
    EXPECT_THAT(out, HasSubstr(GetParam().expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    AtTheLimitAndPastIt, ConfigRanges,
    testing::Values(
        RangeCase{"message_size = \"64 KiB\"", ""},
        RangeCase{"message_size = 65535", "every server should take 64 KiB (RFC 5321 §4.5.3.1.7)"},
        RangeCase{"message_size = -1", "is no size"}, RangeCase{"recipients = 100", ""},
        RangeCase{"recipients = 99", "every server should take 100 (RFC 5321 §4.5.3.1.8)"},
        RangeCase{"command_line = 512", ""},
        RangeCase{"command_line = 511", "must be at least 512 B (RFC 5321 §4.5.3.1.4)"},
        RangeCase{"text_line = 1000", ""},
        RangeCase{"text_line = 999", "must be at least 1000 B (RFC 5321 §4.5.3.1.6)"},
        RangeCase{"text_line = \"1025 KiB\"", "must be at most 1 MiB"}, RangeCase{"errors = 1", ""},
        RangeCase{"errors = 0", "must be at least 1"},
        RangeCase{"refused_recipients = 0", "must be at least 1"},
        RangeCase{"received_fields = -5", "must be at least 1"},
        RangeCase{"memory = \"1 MiB\"", ""},
        RangeCase{"memory = \"1023 KiB\"", "must be at least 1 MiB"},
        RangeCase{"connections = { per_ip = 1, total = 1 }", ""},
        RangeCase{"connections = { per_ip = 0 }", "`limits.connections.per_ip` is too small"},
        RangeCase{"connections = { total = 0 }", "`limits.connections.total` is too small"},
        RangeCase{"connections = { per_network = \"off\", ip_rate = \"off\" }", ""},
        RangeCase{"connections = { per_network = 0 }", "per_network` is too small"},
        RangeCase{"connections = { per_network = \"on\" }",
                  "expected a whole number or \"off\", found a string"},
        RangeCase{"connections = { ip_rate = \"1/min\", network_rate = \"1000000/min\" }", ""},
        RangeCase{"connections = { ip_rate = \"0/min\" }", "must be at least 1"},
        RangeCase{"connections = { ip_rate = \"16667/s\" }", "must be at most 1000000"},
        RangeCase{"connections = { ip_rate = \"60\" }",
                  "expected a rate such as \"60/min\", or \"off\""},
        RangeCase{"connections = { ip_rate = 60 }",
                  "expected a rate such as \"60/min\", or \"off\", found a whole number"},
        RangeCase{"header_size = \"1 KiB\"", ""},
        RangeCase{"header_size = 1023", "must be at least 1 KiB"},
        RangeCase{"discarded_size = 0", ""}, RangeCase{"junk_commands = 1", ""},
        RangeCase{"junk_commands = 0", "must be at least 1"}, RangeCase{"messages = 1", ""},
        RangeCase{"messages = \"off\"", ""}, RangeCase{"messages = 0", "must be at least 1"},
        RangeCase{"recipient_domains = 0", "must be at least 1"},
        RangeCase{"timeouts = { write = \"1ms\" }", ""},
        RangeCase{"timeouts = { write = \"24h\" }", ""},
        RangeCase{"timeouts = { write = \"86401s\" }", "must be at most 24h"},
        RangeCase{"command_line = \"4 KiB\"", ""},
        RangeCase{"command_line = 4097", "must be at most 4 KiB"},
        RangeCase{"timeouts = { write = \"0s\" }", "must be more than zero"},
        RangeCase{"timeouts = { write = \"5\" }", "`limits.timeouts.write` is no time"}));

struct DefenceCase {
  const char* line;
  const char* expected;  ///< Empty: it is right.
};

class ConfigDefences : public testing::TestWithParam<DefenceCase> {};

TEST_P(ConfigDefences, AreKept) {
  const std::string out = findings(with(std::string{"[defences]\n"} + GetParam().line + "\n"));
  if (std::string_view{GetParam().expected}.empty()) {
    EXPECT_EQ(out, "");
  } else {
    EXPECT_THAT(out, HasSubstr(GetParam().expected));
  }
}

INSTANTIATE_TEST_SUITE_P(
    AtTheLimitAndPastIt, ConfigDefences,
    testing::Values(
        DefenceCase{"banner_delay = \"0s\"", ""}, DefenceCase{"banner_delay = \"3s\"", ""},
        DefenceCase{"banner_delay = \"3001ms\"", "must be at most 3s"},
        DefenceCase{"data_rate = \"1 B/s\"", ""}, DefenceCase{"data_rate = \"off\"", ""},
        DefenceCase{"data_rate = \"0 B/s\"", "must be at least 1"},
        DefenceCase{"data_rate = \"500 B\"", "a rate such as \"500 B/s\""},
        DefenceCase{"overload_percent = 1", ""}, DefenceCase{"overload_percent = 100", ""},
        DefenceCase{"overload_percent = \"off\"", ""},
        DefenceCase{"overload_percent = 0", "must be at least 1"},
        DefenceCase{"overload_percent = 101", "must be at most 100"},
        DefenceCase{"overload_timeout = \"0s\"", "must be more than zero"},
        DefenceCase{"refuse_early_talkers = \"no\"", "expected true or false, found a string"},
        DefenceCase{"refuse_early_talker = true", "did you mean `refuse_early_talkers`?"},
        DefenceCase{"ip_rate = \"1/s\"", "belongs to `connections` of [limits]"}));

TEST(ConfigReader, WhatIsOffIsOff) {
  const Config config =
      config_of(with("[limits]\nmessages = \"off\"\n"
                     "[defences]\ndata_rate = \"off\"\noverload_percent = \"off\"\n"));
  EXPECT_FALSE(config.limits.messages);
  EXPECT_FALSE(config.defences.data_rate);
  EXPECT_FALSE(config.defences.overload_percent);
}

TEST(ConfigReader, WordsOfAListenerAreChecked) {
  const auto listener = [](std::string_view line) {
    return findings("[[listener]]\naccept = []\n" + std::string{line} + "\n");
  };
  EXPECT_THAT(listener("role = \"mta\""), HasSubstr("`listener.role` has an unknown value"));
  EXPECT_THAT(listener("line_ends = \"normalize\""), HasSubstr("did you mean \"normalise\"?"));
  EXPECT_THAT(listener("long_lines = true"), HasSubstr("expected `reject` or `pass`"));
  EXPECT_THAT(listener("nul = \"normalise\""), HasSubstr("`listener.nul` has an unknown value"));
  EXPECT_THAT(listener("extensions = { chunkin = true }"), HasSubstr("did you mean `chunking`?"));
  EXPECT_THAT(listener("extensions = { starttls = true }"),
              HasSubstr("unknown key `listener.extensions.starttls`"));
  EXPECT_THAT(listener("extensions = { dsn = 1 }"), HasSubstr("expected true or false"));
}

TEST(ConfigReader, ADomainWithoutARouteIsAnError) {
  EXPECT_EQ(findings("[[listener]]\naccept = [\"a.test\", \"x.b.test\", \"*\"]\n"
                     "[route.\"*.b.test\"]\nvia = \"discard\"\n"),
            "error: mail for `a.test` is accepted and has no route in q.toml:2:11\n"
            "    2 | accept = [\"a.test\", \"x.b.test\", \"*\"]\n"
            "      |           ^^^^^^^^ add [route.\"a.test\"] with via = "
            "\"maildir:/var/mail/{domain}/{local}\"\n"
            "error: mail for `*` is accepted and has no route in q.toml:2:33\n"
            "    2 | accept = [\"a.test\", \"x.b.test\", \"*\"]\n"
            "      |                                 ^^^ add [route.\"*\"] with via = "
            "\"maildir:/var/mail/{domain}/{local}\"\n"
            "(exit 78; 2 errors, 0 warnings)\n");
}

TEST(ConfigReader, DomainsThatDifferInCaseAreOne) {
  EXPECT_THAT(findings(with("[route.\"a.test\"]\nvia = \"discard\"\n"
                            "[route.\"A.test\"]\nvia = \"discard\"\n")),
              HasSubstr("bad domain in `route` in q.toml:8:8"));
  EXPECT_THAT(findings(with("[recipients]\n\"a.test\" = []\n\"A.test\" = []\n")),
              HasSubstr("the same domain stands above, in another form"));
}

TEST(ConfigReader, PostmasterHasARouteToo) {
  const auto accepting = [](std::string_view accept) {
    return findings("hostname = \"mx.b.test\"\n[[listener]]\naccept = " + std::string{accept} +
                    "\n[route.\"*.a.test\"]\nvia = \"discard\"\n");
  };
  EXPECT_THAT(accepting("[\"*.a.test\"]"),
              HasSubstr("mail for <Postmaster> goes to `mx.b.test`, which has no route"));
  EXPECT_EQ(accepting("[\"*.a.test\", \"x.a.test\"]"), "");
}

TEST(ConfigReader, AListenerSaysWhoseMailItTakes) {
  EXPECT_THAT(findings("[[listener]]\nlisten = [\"127.0.0.1:25\"]\n"),
              HasSubstr("`listener.accept` is missing in q.toml:1:1"));
}

TEST(ConfigReader, AddressesAreTakenOnce) {
  const auto two = [](std::string_view a, std::string_view b) {
    return findings("[[listener]]\naccept = \"*\"\nlisten = \"" + std::string{a} +
                    "\"\n[[listener]]\naccept = \"*\"\nlisten = \"" + std::string{b} +
                    "\"\n[route.\"*\"]\nvia = \"discard\"\n");
  };
  EXPECT_EQ(two("127.0.0.1:0", "127.0.0.1:0"), "");
  EXPECT_EQ(two("127.0.0.1:25", "127.0.0.2:25"), "");
  EXPECT_EQ(two("0.0.0.0:25", "[::]:25"), "");
  EXPECT_THAT(two("127.0.0.1:25", "127.0.0.1:25"), HasSubstr("line 3 listens there already"));
  EXPECT_THAT(two("0.0.0.0:25", "127.0.0.1:25"), HasSubstr("the address is taken twice"));
  EXPECT_THAT(two("[::1]:25", "[0:0::1]:25"), HasSubstr("the address is taken twice"));
  EXPECT_THAT(two("unix:/a", "unix:/a"), HasSubstr("the address is taken twice"));
  EXPECT_THAT(two("fd:smtp", "fd:smtp"), HasSubstr("the address is taken twice"));
  EXPECT_THAT(two("fd:smtp", "fd:lmtp"), Not(HasSubstr("the address is taken twice")));
}

TEST(ConfigReader, TheDefaultAddressIsTakenOnceToo) {
  EXPECT_THAT(findings("[[listener]]\naccept = []\n[[listener]]\naccept = []\n"),
              HasSubstr("the address is taken twice in q.toml:3:1"));
  EXPECT_THAT(findings("[[listener]]\naccept = []\nlisten = []\n"),
              HasSubstr("`listener.listen` is empty in q.toml:3:10"));
}

TEST(ConfigReader, NamesOfListenersAreUniqueAndPlain) {
  const std::string two =
      "[[listener]]\naccept = []\nname = \"smtpd-2\"\n[[listener]]\n"
      "listen = \"127.0.0.1:2\"\naccept = []\n";
  EXPECT_THAT(findings(two), HasSubstr("two listeners have the name `smtpd-2` in q.toml:4:1"));
  EXPECT_THAT(findings("[[listener]]\naccept = []\nname = \"a b\"\n"),
              HasSubstr("expected letters, digits"));
}

TEST(ConfigReader, ModesAreOctal) {
  for (const char* mode : {"\"0888\"", "\"01777\"", "\"rw\"", "\"\"", "660"}) {
    EXPECT_THAT(findings(std::string{"[[listener]]\naccept = []\nmode = "} + mode + "\n"),
                HasSubstr("permissions such as \"0660\""))
        << mode;
  }
}

TEST(ConfigReader, RecipientsAreLocalParts) {
  EXPECT_THAT(findings(with("[recipients]\n\"a.test\" = [\"ann@a.test\"]\n")),
              HasSubstr("did you mean \"ann\"?"));
  EXPECT_THAT(findings(with("[recipients]\n\"a.test\" = [\"\"]\n")),
              HasSubstr("a recipient is not empty"));
  EXPECT_EQ(findings(with("[recipients]\n\"A.Test\" = [\"ann\"]\n")), "");
}

TEST(ConfigReader, AWildcardThatMeetsAnAcceptedDomainIsNoWarning) {
  EXPECT_EQ(findings(with("[recipients]\n\"*\" = [\"ann\"]\n\"*.test\" = [\"bob\"]\n")), "");
  EXPECT_THAT(findings(with("[recipients]\n\"*.a.test\" = [\"ann\"]\n")),
              HasSubstr("(0 errors, 1 warning)"));
}

TEST(ConfigReader, WordsOfTheLogAreChecked) {
  EXPECT_THAT(findings("[log]\nlevel = \"wran\"\n"), HasSubstr("did you mean \"warn\"?"));
  EXPECT_THAT(findings("[log]\nformat = \"xml\"\n"),
              HasSubstr("expected `auto`, `text` or `json`"));
}

TEST(ConfigReader, AFileOfBinaryOctetsSendsNothingToTheTerminal) {
  EXPECT_THAT(findings("\x1b[31m = 1\n\"a\\u001b\" = 2\n"), Not(HasSubstr("\x1b")));
  EXPECT_THAT(findings("\"a\\u001b\" = 2\n"), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace quoth::app
