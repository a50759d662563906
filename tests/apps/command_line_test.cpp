#include "apps/quoth/command_line.hpp"

#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::variant<Invocation, Finished> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "quoth");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

Invocation invocation(const std::vector<const char*>& arguments) {
  const auto parsed = parse(arguments);
  const auto* finished = std::get_if<Finished>(&parsed);
  EXPECT_EQ(finished, nullptr) << finished->err;
  return finished == nullptr ? std::get<Invocation>(parsed) : Invocation{};
}

Finished finished(const std::vector<const char*>& arguments) {
  const auto parsed = parse(arguments);
  EXPECT_TRUE(std::holds_alternative<Finished>(parsed));
  const auto* result = std::get_if<Finished>(&parsed);
  return result == nullptr ? Finished{} : *result;
}

TEST(CommandLine, Serve) {
  EXPECT_EQ(invocation({"serve"}).command, Invocation::Command::serve);
  const Invocation full = invocation({"serve", "--config", "a.toml", "--ready-file=r"});
  EXPECT_EQ(full.config_file, "a.toml");
  EXPECT_EQ(full.ready_file, "r");
  EXPECT_EQ(full.user, "");
  EXPECT_EQ(invocation({"serve", "--user", "quoth"}).user, "quoth");
}

TEST(CommandLine, Bench) {
  const Invocation plain = invocation({"bench", "127.0.0.1:25"});
  EXPECT_EQ(plain.command, Invocation::Command::bench);
  EXPECT_EQ(plain.bench.server, "127.0.0.1:25");
  EXPECT_EQ(plain.bench.connections, 10U);
  EXPECT_EQ(plain.bench.per_connection, 1U);
  const BenchArguments full =
      invocation({"bench",      "a:25",    "--connections", "50",     "--per-connection=0",
                  "--duration", "10s",     "--size",        "1MiB",   "--pipelining",
                  "--bdat",     "--chunk", "64KiB",         "--rate", "12.5",
                  "--threads",  "2",       "--spawn",       "x --y",  "--idle",
                  "1000",       "--json"})
          .bench;
  EXPECT_EQ(full.connections, 50U);
  EXPECT_EQ(full.per_connection, 0U);
  EXPECT_EQ(full.duration, "10s");
  EXPECT_EQ(full.size, "1MiB");
  EXPECT_TRUE(full.pipelining && full.bdat && full.json);
  EXPECT_EQ(full.chunk, "64KiB");
  EXPECT_EQ(full.rate, 12.5);
  EXPECT_EQ(full.threads, 2U);
  EXPECT_EQ(full.spawn, "x --y");
  EXPECT_EQ(full.idle, 1000U);
  EXPECT_EQ(finished({"bench", "a:1", "--messages", "x"}).code, ExitCode::usage);
  EXPECT_EQ(finished({"bench", "a:1", "--spawn", ""}).code, ExitCode::usage);
  EXPECT_THAT(finished({"bench", "a:1", "--pipeline"}).err,
              HasSubstr("did you mean `--pipelining`?"));
}

TEST(CommandLine, Passwd) {
  const Invocation plain = invocation({"passwd", "list", "--file", "u"});
  EXPECT_EQ(plain.command, Invocation::Command::passwd);
  EXPECT_EQ(plain.passwd.action, "list");
  EXPECT_EQ(plain.passwd.file, "u");
  EXPECT_FALSE(plain.passwd.hash || plain.passwd.cost || plain.passwd.iterations);
  EXPECT_FALSE(plain.passwd.scram || plain.passwd.no_scram || plain.passwd.replace);
  const PasswdArguments full =
      invocation({"passwd", "add", "ann", "--file=u", "--replace", "--hash", "bcrypt", "--cost",
                  "12", "--scram", "--iterations", "5000"})
          .passwd;
  EXPECT_EQ(full.name, "ann");
  EXPECT_EQ(full.hash, "bcrypt");
  EXPECT_EQ(full.cost, 12U);
  EXPECT_EQ(full.iterations, 5000U);
  EXPECT_TRUE(full.replace && full.scram);
  EXPECT_EQ(finished({"passwd", "add", "a", "--scram", "--no-scram"}).code, ExitCode::usage);
}

TEST(CommandLine, APasswordThatIsWrittenThereIsNotShown) {
  for (const char* const password :
       {"hunter2", "--password=hunter2", "-phunter2", "--hunter=hunter2"}) {
    const Finished result = finished({"passwd", "add", "ann", password});
    EXPECT_EQ(result.code, ExitCode::usage);
    EXPECT_THAT(result.err, testing::Not(HasSubstr("hunter2")));
  }
}

TEST(CommandLine, CheckConfigTakesItsFileInTwoWays) {
  EXPECT_EQ(invocation({"check-config", "a.toml"}).config_file, "a.toml");
  EXPECT_EQ(invocation({"check-config", "--config", "a.toml"}).config_file, "a.toml");
  EXPECT_EQ(invocation({"check-config"}).command, Invocation::Command::check_config);
  EXPECT_EQ(finished({"check-config", "a", "--config", "b"}).code, ExitCode::usage);
}

TEST(CommandLine, Conform) {
  const Invocation plain = invocation({"conform", "127.0.0.1:25"});
  EXPECT_EQ(plain.command, Invocation::Command::conform);
  EXPECT_EQ(plain.conform.server, "127.0.0.1:25");
  EXPECT_EQ(plain.conform.rcpt, "postmaster");
  EXPECT_TRUE(plain.conform.only.empty());
  const ConformArguments full =
      invocation({"conform", "unix:/s", "--lmtp", "--json", "--rcpt", "a@b", "--unknown-rcpt=c@b",
                  "--sender", "d@b", "--maildir", "m", "--only", "data,size", "--only", "relay",
                  "--timeout", "0.5", "--jobs", "3"})
          .conform;
  EXPECT_TRUE(full.is_lmtp && full.json && !full.list);
  EXPECT_EQ(full.rcpt + full.unknown_rcpt + full.sender + full.maildir, "a@bc@bd@bm");
  EXPECT_THAT(full.only, testing::ElementsAre("data,size", "relay"));
  EXPECT_EQ(full.timeout_seconds, 0.5);
  EXPECT_EQ(full.jobs, 3U);
  const ConformArguments secured =
      invocation({"conform", "a:465", "--tls", "--user", "ann", "--password-file", "/p",
                  "--submission", "--own-sender", "--proxy", "--xclient"})
          .conform;
  EXPECT_TRUE(secured.tls && secured.submission && secured.own_sender);
  EXPECT_TRUE(secured.proxy && secured.xclient);
  EXPECT_EQ(secured.user, "ann");
  EXPECT_EQ(secured.password_file, "/p");
  EXPECT_TRUE(invocation({"conform", "a:25", "--starttls"}).conform.starttls);
  EXPECT_TRUE(invocation({"conform", "--list"}).conform.list);
  EXPECT_EQ(finished({"conform", "a:1", "--jobs", "x"}).code, ExitCode::usage);
  EXPECT_EQ(finished({"conform", "a:1", "--rcpt", ""}).code, ExitCode::usage);
  EXPECT_THAT(finished({"conform", "a:1", "--maildri", "x"}).err,
              HasSubstr("did you mean `--maildir`?"));
}

TEST(CommandLine, Version) {
  EXPECT_EQ(invocation({"version"}).command, Invocation::Command::version);
  const Finished flag = finished({"--version"});
  EXPECT_EQ(flag.code, ExitCode::ok);
  EXPECT_EQ(flag.out, "quoth 0.1.0\n");
}

TEST(CommandLine, HelpHasExamples) {
  for (const std::vector<const char*>& arguments :
       std::vector<std::vector<const char*>>{{"--help"},
                                             {"serve", "--help"},
                                             {"check-config", "-h"},
                                             {"conform", "--help"},
                                             {"bench", "--help"},
                                             {"version", "--help"}}) {
    const Finished help = finished(arguments);
    EXPECT_EQ(help.code, ExitCode::ok);
    EXPECT_THAT(help.out, HasSubstr("Examples:\n  quoth "));
    EXPECT_EQ(help.err, "");
  }
}

TEST(CommandLine, MistakesSayWhatWasMeant) {
  const Finished command = finished({"serv"});
  EXPECT_EQ(command.code, ExitCode::usage);
  EXPECT_EQ(command.err,
            "error: unknown command `serv`\n  did you mean `serve`?        (exit 64)\n");
  EXPECT_THAT(finished({"serve", "--confg", "x"}).err,
              HasSubstr("error: unknown option `--confg`\n  did you mean `--config`?"));
  EXPECT_THAT(finished({"chek-config", "x"}).err, HasSubstr("did you mean `check-config`?"));
  EXPECT_THAT(
      finished({"frobnicate"}).err,
      HasSubstr("expected `serve`, `check-config`, `conform`, `bench`, `passwd` or `version`"));
  EXPECT_THAT(finished({"serve", "a.toml"}).err, StartsWith("error: unexpected argument `a.toml`"));
  EXPECT_THAT(finished({"check-config", "a", "--config", "b"}).err,
              StartsWith("error: two files were named"));
  EXPECT_THAT(finished({}).err, StartsWith("error: no command was given"));
  EXPECT_THAT(finished({"serve", "--config"}).err,
              StartsWith("error: `--config` takes one value, once\n"));
  EXPECT_THAT(finished({"\x1b[31m"}).err, StartsWith("error: unknown command `\\x1B[31m`"));
}

TEST(CommandLine, AnEmptyFileNameIsNotTheAbsenceOfOne) {
  EXPECT_EQ(finished({"serve", "--config", ""}).code, ExitCode::usage);
  EXPECT_THAT(finished({"serve", "--config="}).err, StartsWith("error: "));
  EXPECT_THAT(finished({"serve", "--ready-file", ""}).err,
              StartsWith("error: `--ready-file` is empty"));
  EXPECT_THAT(finished({"check-config", ""}).err, StartsWith("error: `FILE` is empty"));
}

}  // namespace
}  // namespace quoth::app
