// TLS, AUTH, relaying, trust and roles in a configuration.
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/quoth/config_reader.hpp"
#include "apps/quoth/start_lines.hpp"
#include "apps/temporary_folder.hpp"

namespace quoth::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

class ConfigSecurity : public testing::Test {
 protected:
  /// A file with one listener that has these keys, and then more tables.
  [[nodiscard]] std::string with(std::string_view listener, std::string_view more = "") const {
    return "[[listener]]\nlisten = [\"127.0.0.1:0\"]\naccept = [\"a.test\"]\n" +
           std::string{listener} + "\n[route.\"*\"]\nvia = \"discard\"\n" + std::string{more};
  }

  static std::string findings(std::string_view text) {
    return read_config(text, "q.toml").diagnostics.render();
  }

  [[nodiscard]] std::string listener(std::string_view keys) const { return findings(with(keys)); }

  /// A submission listener with a users file and these keys, and what else makes it silent.
  [[nodiscard]] std::string submission(std::string_view keys) const {
    return findings(with(submission_keys() + std::string{keys}, tls_));
  }

  [[nodiscard]] std::string submission_keys() const {
    return "role = \"submission\"\nauth = { users = \"" + users_ + "\" }\n";
  }

  static Config config_of(std::string_view text) {
    ReadConfig read = read_config(text, "q.toml");
    EXPECT_EQ(read.diagnostics.render(), "");
    return read.config;
  }

  const TemporaryFolder folder_;
  const std::string users_ = folder_.file("users", "# nobody yet\n");
  const std::string certificate_ = folder_.file("cert.pem");
  const std::string key_ = folder_.file("key.pem");
  const std::string tls_ =
      "[tls]\ncertificate = \"" + certificate_ + "\"\nkey = \"" + key_ + "\"\n";
};

TEST_F(ConfigSecurity, ReadsEveryKey) {
  const Config config =
      config_of(R"([[listener]]
listen = ["[::1]:25"]
accept = ["a.test"]
tls = "starttls"
relay = ["192.0.2.0/24", "unix"]
trust = { proxy = ["10.0.0.0/8"], xclient = "127.0.0.1", xforward = ["unix"] }
extensions = { requiretls = true }
[[listener]]
listen = ["[::1]:587"]
role = "submission"
auth = { users = ")" +
                users_ +
                R"(", mechanisms = ["scram-sha-256", "PLAIN", "EXTERNAL"], )"
                R"(failures = 5, attempts = 7, failure_window = "1m", required = true, )"
                R"(certificates = { ")" +
                std::string(64, 'A') + R"(" = "ann" } }
senders = { "ann" = ["ann@example.com", "*@lists.a.test"], "boss" = ["*"] }
[[listener]]
listen = ["unix:/run/l"]
role = "lmtp"
accept = ["a.test"]
[tls]
client_certificates = "ask"
client_authorities = ")" +
                certificate_ +
                R"("
handshake_timeout = "5s"
handshakes = 7
ticket_key_lifetime = "2h"
certificate = ")" +
                certificate_ + "\"\nkey = \"" + key_ + "\"\ncertificates = [{ certificate = \"" +
                certificate_ + "\", key = \"" + certificate_ + R"(" }]
[route."*"]
via = "discard"
)");
  ASSERT_EQ(config.listeners.size(), 3U);
  const Listener& mx = config.listeners[0];
  EXPECT_EQ(mx.tls, TlsMode::starttls);
  EXPECT_FALSE(mx.relay.for_authenticated);
  EXPECT_THAT(mx.relay.networks, ElementsAre("192.0.2.0/24", "unix"));
  EXPECT_THAT(mx.trust.proxy, ElementsAre("10.0.0.0/8"));
  EXPECT_THAT(mx.trust.xclient, ElementsAre("127.0.0.1"));
  EXPECT_THAT(mx.trust.xforward, ElementsAre("unix"));
  EXPECT_THAT(mx.extensions, ElementsAre(Pair("REQUIRETLS", true)));
  EXPECT_THAT(mx.auth.options.mechanisms, IsEmpty());
  const Listener& submission = config.listeners[1];
  EXPECT_EQ(submission.role, Role::submission);
  EXPECT_EQ(submission.tls, TlsMode::required);
  EXPECT_THAT(submission.accept, ElementsAre("a.test"));
  EXPECT_TRUE(submission.relay.for_authenticated);
  EXPECT_EQ(submission.auth.users_file, users_);
  EXPECT_THAT(submission.auth.certificates, ElementsAre(Pair(std::string(64, 'a'), "ann")));
  EXPECT_THAT(submission.auth.options.mechanisms,
              ElementsAre("SCRAM-SHA-256", "PLAIN", "EXTERNAL"));
  EXPECT_EQ(submission.auth.options.failures, 5U);
  EXPECT_EQ(submission.auth.options.attempts, 7U);
  EXPECT_EQ(submission.auth.options.failure_window, 1min);
  EXPECT_TRUE(submission.auth.options.is_required);
  EXPECT_FALSE(submission.auth.options.plain_text_in_clear);
  EXPECT_THAT(submission.senders,
              ElementsAre(Pair("ann", ElementsAre("ann@example.com", "*@lists.a.test")),
                          Pair("boss", ElementsAre("*"))));
  EXPECT_EQ(config.listeners[2].tls, TlsMode::off);
  ASSERT_EQ(config.tls.certificates.size(), 2U);
  EXPECT_EQ(config.tls.certificates[0].key, key_);
  EXPECT_EQ(config.tls.certificates[1].key, certificate_);
  EXPECT_EQ(config.tls.client_certificates, ClientCertificates::ask);
  EXPECT_EQ(config.tls.client_authorities, certificate_);
  EXPECT_EQ(config.tls.handshake_timeout, 5s);
  EXPECT_EQ(config.tls.handshakes, 7U);
  EXPECT_EQ(config.tls.ticket_key_lifetime, 2h);
}

TEST_F(ConfigSecurity, WithoutAFileItIsForDevelopers) {
  const Config config = config_of("");
  const Listener& only = config.listeners.front();
  EXPECT_EQ(only.role, Role::dev);
  EXPECT_EQ(only.tls, TlsMode::starttls);
  EXPECT_THAT(only.auth.options.mechanisms, ElementsAre("PLAIN", "LOGIN"));
  EXPECT_TRUE(only.auth.options.plain_text_in_clear);
  EXPECT_FALSE(only.auth.options.is_required);
  EXPECT_FALSE(only.relay.is_possible());
}

TEST_F(ConfigSecurity, ADevListenerInAFileIsTheSame) {
  const Config config =
      config_of("[[listener]]\nrole = \"dev\"\n[route.\"*\"]\nvia = \"discard\"\n");
  const Listener& only = config.listeners.front();
  EXPECT_THAT(only.accept, ElementsAre("*"));
  EXPECT_EQ(only.tls, TlsMode::starttls);
  EXPECT_THAT(only.auth.options.mechanisms, ElementsAre("PLAIN", "LOGIN"));
  EXPECT_TRUE(only.auth.options.plain_text_in_clear);
  EXPECT_THAT(listener("role = \"dev\"\nrelay = [\"10.0.0.0/8\"]"), HasSubstr("relays nothing"));
}

TEST_F(ConfigSecurity, ADevListenerInTheOpenIsALoudWarning) {
  const auto warnings = [&](std::string_view listen) {
    return loud_warnings(config_of("[[listener]]\nrole = \"dev\"\nlisten = " + std::string{listen} +
                                   "\n[route.\"*\"]\nvia = \"maildir:m\"\n"));
  };
  EXPECT_THAT(warnings(R"(["127.0.0.1:25", "[::1]:25", "unix:/run/x"])"), IsEmpty());
  EXPECT_THAT(warnings(R"(["127.0.0.1:25", "0.0.0.0:26"])"),
              ElementsAre(HasSubstr("believes everybody")));
  EXPECT_THAT(warnings(R"(["[2001:db8::1]:25"])"), ElementsAre(HasSubstr("smtpd has role dev")));
}

TEST_F(ConfigSecurity, TlsIsOnByItselfWhereACertificateIsNamed) {
  EXPECT_EQ(config_of(with("")).listeners[0].tls, TlsMode::off);
  EXPECT_EQ(config_of(with("", tls_)).listeners[0].tls, TlsMode::starttls);
  EXPECT_EQ(config_of(with("tls = \"off\"", tls_)).listeners[0].tls, TlsMode::off);
  EXPECT_EQ(config_of(with("tls = \"starttls\"")).listeners[0].tls, TlsMode::starttls);
  const Config config = config_of("[[listener]]\nlisten = \"[::1]:465\"\naccept = \"a.test\"\n" +
                                  submission_keys() + tls_ + "[route.\"*\"]\nvia = \"discard\"\n");
  EXPECT_EQ(config.listeners[0].tls, TlsMode::implicit);
}

TEST_F(ConfigSecurity, SaysWhatIsUnwiseAboutTls) {
  EXPECT_THAT(findings(with("tls = \"required\"", tls_)),
              AllOf(HasSubstr("warning: mail servers without TLS cannot reach this listener"),
                    HasSubstr("RFC 3207 §4")));
  EXPECT_THAT(submission("tls = \"off\"\n"), HasSubstr("in the clear"));
  EXPECT_EQ(submission("tls = \"starttls\"\n"), "");
  EXPECT_THAT(findings(with(submission_keys())), HasSubstr("self-signed"));
  EXPECT_THAT(findings("[[listener]]\nlisten = \"[::1]:465\"\naccept = \"a.test\"\n"
                       "[route.\"*\"]\nvia = \"discard\"\n"),
              HasSubstr("on port 465 mail programs begin with TLS"));
  EXPECT_THAT(listener("tls = \"startls\""), HasSubstr("did you mean \"starttls\"?"));
}

TEST_F(ConfigSecurity, FilesMustBeThere) {
  EXPECT_THAT(findings(with("", "[tls]\ncertificate = \"/none/c.pem\"\nkey = \"" + key_ + "\"\n")),
              HasSubstr("cannot read `tls.certificate`: no such file or directory in q.toml:8:15"));
  EXPECT_THAT(findings(with("", "[tls]\nkey = \"" + key_ + "\"\n")),
              HasSubstr("`tls.certificate` is missing in q.toml:8:7"));
  EXPECT_THAT(findings(with("", "[tls]\ncertificate = \"" + key_ + "\"\n")),
              HasSubstr("`tls.key` is missing"));
  EXPECT_THAT(findings(with("", "[tls]\ncertificates = [{}]\n")),
              HasSubstr("a certificate without files"));
  EXPECT_THAT(findings(with("auth = { users = \"" + folder_.path() + "\" }")),
              HasSubstr("cannot read `listener.auth.users`: is a directory"));
}

TEST_F(ConfigSecurity, AUsersFileMustBeOne) {
  const std::string bad = folder_.file("bad", "ann:*\nbob\n");
  EXPECT_THAT(findings(with("auth = { users = \"" + bad + "\" }", tls_)),
              AllOf(HasSubstr("`listener.auth.users` is no users file in q.toml:4:18"),
                    HasSubstr(bad + ":2:")));
}

TEST_F(ConfigSecurity, AKeyThatEverybodyCanReadIsAWarning) {
  std::filesystem::permissions(key_, std::filesystem::perms{0644});
  EXPECT_THAT(findings(with("", tls_)),
              HasSubstr("warning: everybody on this machine can read `tls.key`"));
}

TEST_F(ConfigSecurity, ClientCertificates) {
  EXPECT_THAT(findings(with("", "[tls]\nclient_certificates = \"require\"\n")),
              HasSubstr("nobody could have signed one"));
  EXPECT_THAT(findings(with("", "[tls]\nclient_authorities = \"" + key_ + "\"\n")),
              HasSubstr("no client is asked for a certificate"));
  const std::string auth = "auth = { certificates = { \"" + std::string(64, '0') + "\" = \"a\" } }";
  EXPECT_THAT(findings(with("tls = \"starttls\"\n" + auth)),
              HasSubstr("no client is asked for its certificate"));
  EXPECT_THAT(findings(with(auth, "[tls]\nclient_certificates = \"ask\"\n")),
              HasSubstr("without TLS no client has a certificate"));
  EXPECT_THAT(
      config_of(with("tls = \"starttls\"\n" + auth, "[tls]\nclient_certificates = \"ask\"\n"))
          .listeners[0]
          .auth.options.mechanisms,
      ElementsAre("EXTERNAL"));
  EXPECT_THAT(listener("auth = { certificates = { \"12\" = \"a\" } }"),
              HasSubstr("bad fingerprint in `listener.auth.certificates`"));
}

TEST_F(ConfigSecurity, TheRangesOfTls) {
  const auto tls = [&](std::string_view keys) {
    return findings(with("", "[tls]\n" + std::string{keys} + "\n"));
  };
  EXPECT_EQ(tls("handshakes = 1"), "");
  EXPECT_THAT(tls("handshakes = 0"), HasSubstr("must be at least 1"));
  EXPECT_EQ(tls("ticket_key_lifetime = \"1m\""), "");
  EXPECT_THAT(tls("ticket_key_lifetime = \"59s\""), HasSubstr("must be at least 1m"));
  EXPECT_EQ(tls("ticket_key_lifetime = \"24h\""), "");
  EXPECT_THAT(tls("ticket_key_lifetime = \"25h\""), HasSubstr("must be at most 24h"));
  EXPECT_EQ(tls("handshake_timeout = \"1h\""), "");
  EXPECT_THAT(tls("handshake_timeout = \"61m\""), HasSubstr("must be at most 1h"));
  EXPECT_THAT(tls("handshake_timeout = \"0s\""), HasSubstr("must be more than zero"));
}

TEST_F(ConfigSecurity, MechanismsMustBeOnesThatCanWork) {
  const auto mechanism = [&](const std::string& name) {
    return findings(
        with("auth = { users = \"" + users_ + "\", mechanisms = [\"" + name + "\"] }", tls_));
  };
  EXPECT_EQ(mechanism("SCRAM-SHA-256-PLUS"), "");
  EXPECT_EQ(mechanism("login"), "");
  EXPECT_THAT(mechanism("SCRAM-SHA256"), HasSubstr("did you mean \"SCRAM-SHA-256\"?"));
  EXPECT_THAT(mechanism("CRAM-MD5"), HasSubstr("expected `EXTERNAL`"));
  EXPECT_THAT(mechanism("XOAUTH2"), HasSubstr("nothing in the program can check tokens"));
  EXPECT_THAT(mechanism("OAUTHBEARER"), HasSubstr("with the library"));
  EXPECT_THAT(mechanism("EXTERNAL"), HasSubstr("add certificates = {"));
  EXPECT_THAT(listener("auth = { mechanisms = [\"PLAIN\"] }"), HasSubstr("nobody has a password"));
  EXPECT_THAT(listener("role = \"dev\"\nauth = { mechanisms = [\"SCRAM-SHA-1\"] }"),
              HasSubstr("cannot check a proof"));
  EXPECT_THAT(config_of(with("auth = { users = \"" + users_ + "\" }", tls_))
                  .listeners[0]
                  .auth.options.mechanisms,
              ElementsAre("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1",
                          "PLAIN", "LOGIN"));
}

TEST_F(ConfigSecurity, SomebodyMustBeAbleToLogIn) {
  const std::string users = "users = \"" + users_ + "\"";
  EXPECT_THAT(listener("auth = {}"), HasSubstr("nobody can log in: `listener.auth.users`"));
  EXPECT_THAT(listener("auth = { " + users + ", mechanisms = [\"PLAIN\"] }"),
              HasSubstr("every mechanism needs TLS"));
  EXPECT_THAT(listener("auth = { " + users + ", mechanisms = [\"PLAIN\"], clear_text = true }"),
              HasSubstr("warning: passwords may go over the network in the clear"));
  EXPECT_THAT(listener("relay = \"authenticated\""), HasSubstr("and nobody can"));
  EXPECT_THAT(listener("role = \"submission\""), HasSubstr("`listener.auth` is missing"));
  EXPECT_THAT(listener("auth = { " + users + ", failures = 0 }"), HasSubstr("must be at least 1"));
  EXPECT_EQ(listener("auth = { " + users + ", failures = \"off\" }"), "");
  EXPECT_THAT(listener("auth = { " + users + ", attempts = 0 }"), HasSubstr("must be at least 1"));
  EXPECT_EQ(listener("auth = { " + users + ", attempts = \"off\" }"), "");
  EXPECT_THAT(listener("auth = { " + users + ", failure_window = \"999ms\" }"),
              HasSubstr("must be at least 1s"));
}

TEST_F(ConfigSecurity, SubmissionFromNetworksNeedsNoLogin) {
  const Config config =
      config_of(with("role = \"submission\"\nrelay = [\"192.0.2.0/24\"]\n", tls_));
  EXPECT_FALSE(config.listeners[0].auth.options.is_required);
  EXPECT_THAT(config.listeners[0].auth.options.mechanisms, IsEmpty());
  EXPECT_TRUE(config_of(with(submission_keys(), tls_)).listeners[0].auth.options.is_required);
}

TEST_F(ConfigSecurity, Relaying) {
  EXPECT_EQ(listener("relay = \"never\""), "");
  EXPECT_EQ(listener("relay = [\"::1\"]"), "");
  EXPECT_THAT(listener("relay = [\"10.0.0.1/8\"]"), HasSubstr("bad network in `listener.relay`"));
  EXPECT_THAT(listener("relay = \"everybody\""),
              HasSubstr("expected \"never\", \"authenticated\""));
  EXPECT_THAT(listener("relay = 5"), HasSubstr("wrong type of `listener.relay`"));
  EXPECT_THAT(listener("relay = [\"0.0.0.0/0\"]"), HasSubstr("error: an open relay"));
  EXPECT_THAT(listener("role = \"lmtp\"\nrelay = [\"::1\"]"),
              HasSubstr("an LMTP listener relays nothing"));
}

TEST_F(ConfigSecurity, RelayingLeadsSomewhere) {
  const std::string_view text = R"([[listener]]
accept = ["a.test"]
relay = ["::1"]
[route."a.test"]
via = "discard"
)";
  EXPECT_THAT(findings(text),
              HasSubstr("warning: mail of `smtpd` for other domains has no route: 550 5.4.4 in "
                        "q.toml:3:9"));
}

TEST_F(ConfigSecurity, Trust) {
  EXPECT_THAT(listener("trust = { proxy = [\"10.0.0.0/33\"] }"),
              HasSubstr("bad network in `listener.trust.proxy`"));
  EXPECT_THAT(listener("trust = { xlient = [] }"), HasSubstr("did you mean `xclient`?"));
}

TEST_F(ConfigSecurity, WhereAllIsAcceptedNothingIsForeign) {
  EXPECT_EQ(findings("[[listener]]\naccept = [\"*\"]\nrelay = [\"::1\"]\n"
                     "[route.\"*\"]\nvia = \"discard\"\n"),
            "");
}

TEST_F(ConfigSecurity, SaysThatForeignMailIsKept) {
  const auto text = [](const std::string& relay, const std::string& via) {
    return "[[listener]]\naccept = [\"a.test\"]\nrelay = " + relay +
           "\n[route.\"a.test\"]\nvia = \"maildir:a\"\n[route.\"*\"]\nvia = \"" + via + "\"\n";
  };
  EXPECT_THAT(findings(text("[\"::1\"]", "maildir:out/{domain}")),
              AllOf(HasSubstr("warning: mail that is relayed to `*` is kept in out/{domain}, "
                              "not sent: this version has no outbound delivery in q.toml:3:9"),
                    HasSubstr("550 5.4.4"), Not(HasSubstr("relayed to `a.test`"))));
  EXPECT_EQ(findings(text("[\"::1\"]", "discard")), "");
  EXPECT_EQ(findings(text("\"never\"", "maildir:out")), "");
}

TEST_F(ConfigSecurity, SubmissionDoesNotInheritEveryDomain) {
  const auto text = [&](std::string_view accept) {
    return "[[listener]]\nlisten = \"[::1]:25\"\naccept = " + std::string{accept} +
           "\n[[listener]]\nlisten = \"[::1]:587\"\nname = \"users\"\n" + submission_keys() + tls_ +
           "[route.\"*\"]\nvia = \"discard\"\n";
  };
  EXPECT_THAT(findings(text(R"(["*"])")),
              AllOf(HasSubstr("error: `users` has no domains: others accept \"*\", which is not "
                              "its users' in q.toml:4:1"),
                    HasSubstr("add accept = ")));
  const ReadConfig some = read_config(text(R"(["*", "a.test", "*.b.test"])"), "q.toml");
  EXPECT_EQ(some.diagnostics.error_count(), 0U);
  EXPECT_THAT(some.diagnostics.render(),
              HasSubstr("warning: the domains of `users` are a.test, *.b.test: \"*\" is not"));
  EXPECT_THAT(some.config.listeners[1].accept, ElementsAre("a.test", "*.b.test"));
}

TEST_F(ConfigSecurity, EveryDomainForUsersIsAWarning) {
  EXPECT_THAT(findings("[[listener]]\naccept = [\"*\"]\n" + submission_keys() + tls_ +
                       "[route.\"*\"]\nvia = \"discard\"\n"),
              HasSubstr("warning: users may send as their names at every domain there is in "
                        "q.toml:2:11"));
}

TEST_F(ConfigSecurity, NobodyTrustsTheInternet) {
  for (const std::string key : {"proxy", "xclient", "xforward"}) {
    const auto trust = [&](std::string_view networks) {
      return listener("trust = { " + key + " = [" + std::string{networks} + "] }");
    };
    for (const char* network : {"0.0.0.0/0", "::/0", "0.0.0.0/1", "10.0.0.0/7", "2000::/3",
                                "2000::/15", "::ffff:0.0.0.0/96", "::ffff:10.0.0.0/103"}) {
      EXPECT_THAT(trust("\"" + std::string{network} + "\""),
                  AllOf(HasSubstr("error: strangers are trusted"),
                        HasSubstr("whoever is in it may speak for anybody")))
          << key << " " << network;
    }
    EXPECT_THAT(trust(R"("0.0.0.0/1", "128.0.0.0/1")"), HasSubstr("2 errors"));
    EXPECT_EQ(trust(R"("10.0.0.0/8", "2001::/16", "::ffff:10.0.0.0/104", "::1", "unix")"), "");
  }
}

TEST_F(ConfigSecurity, NobodyRelaysForTheInternet) {
  for (const char* network : {"0.0.0.0/0", "::/0", "0.0.0.0/1", "10.0.0.0/7", "2000::/15"}) {
    EXPECT_THAT(listener("relay = [\"" + std::string{network} + "\"]"),
                HasSubstr("error: an open relay"));
  }
  EXPECT_THAT(listener(R"(relay = ["0.0.0.0/1", "128.0.0.0/1"])"), HasSubstr("2 errors"));
  EXPECT_EQ(listener(R"(relay = ["10.0.0.0/8", "2001::/16"])"), "");
}

TEST_F(ConfigSecurity, Senders) {
  EXPECT_EQ(submission("senders = { \"ann\" = [\"*\", \"a@*.b.test\"] }\n"), "");
  EXPECT_THAT(submission("senders = { \"ann\" = [\"ann\"] }\n"),
              HasSubstr("bad address in `listener.senders.ann`"));
  EXPECT_THAT(submission("senders = { \"ann\" = \"ann@a.test\" }\n"),
              HasSubstr("expected a list such as"));
  EXPECT_THAT(listener("senders = { \"ann\" = [\"*\"] }"),
              HasSubstr("`listener.senders` is for submission"));
}

TEST_F(ConfigSecurity, SendersInAFile) {
  const std::string good = folder_.file("senders", "\"ann\" = [\"ann@a.test\"]\n");
  const Config config =
      config_of(with(submission_keys() + "senders = { file = \"" + good + "\" }\n", tls_));
  EXPECT_THAT(config.listeners[0].senders, ElementsAre(Pair("ann", ElementsAre("ann@a.test"))));
  const std::string bad = folder_.file("bad", "\"ann\" = 5\n");
  EXPECT_THAT(submission("senders = { file = \"" + bad + "\" }\n"),
              HasSubstr("`listener.senders.file` has 1 error"));
  EXPECT_THAT(submission("senders = { file = \"" + folder_.file("no", "=") + "\" }\n"),
              HasSubstr("is not TOML in line 1"));
  EXPECT_THAT(submission("senders = { file = \"/none\" }\n"), HasSubstr("no such file"));
}

TEST_F(ConfigSecurity, KeysOfPostfixAreKnown) {
  EXPECT_THAT(findings("mynetworks = [\"10.0.0.0/8\"]\n"),
              HasSubstr("here it is `relay` of a [[listener]]"));
  EXPECT_THAT(listener("smtpd_sender_login_maps = \"x\""),
              HasSubstr("here it is `senders` of a [[listener]]"));
  EXPECT_THAT(findings("[tls]\nsmtpd_tls_cert_file = \"x\"\n"),
              HasSubstr("here it is `certificate` of [tls]"));
  EXPECT_THAT(listener("clear_text = true"), HasSubstr("`clear_text` belongs to `auth`"));
  EXPECT_THAT(listener("trusted = {}"), HasSubstr("did you mean `trust`?"));
}

TEST_F(ConfigSecurity, TheSummarySaysWhoMayDoWhat) {
  const std::string text = R"([[listener]]
listen = ["[::]:25"]
accept = ["a.test"]
[[listener]]
listen = ["[::]:465"]
name = "users"
)" + submission_keys() + R"([[listener]]
listen = ["unix:/run/l"]
role = "lmtp"
accept = ["a.test"]
[[listener]]
listen = ["[::]:2525"]
accept = ["a.test"]
relay = ["10.0.0.0/8"]
tls = "off"
[[listener]]
listen = ["unix:/run/s"]
name = "near"
role = "submission"
relay = ["unix"]
[route."*"]
via = "discard"
)" + tls_;
  const std::string lines = summary_lines(config_of(text), "q.toml");
  EXPECT_THAT(lines, HasSubstr("  SMTP     [::]:25   mx   STARTTLS   relays nothing   (smtpd)\n"));
  EXPECT_THAT(lines, HasSubstr("  SMTPS    [::]:465   submission   TLS   only users of \"" +
                               users_ + "\", relays for users   (users)\n"));
  EXPECT_THAT(lines,
              HasSubstr("  LMTP     unix:/run/l   lmtp   no TLS   relays nothing   (smtpd-3)"));
  EXPECT_THAT(lines, HasSubstr("  SMTP     [::]:2525   mx   no TLS   relays for 10.0.0.0/8   "));
  EXPECT_THAT(lines, HasSubstr("   submission   STARTTLS required   relays for unix   (near)\n"))
      << "where nobody can log in, no user relays";
}

}  // namespace
}  // namespace quoth::app
