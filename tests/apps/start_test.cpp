#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/quoth/check_config_command.hpp"
#include "apps/quoth/config_file.hpp"
#include "apps/quoth/config_reader.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/ready_file.hpp"
#include "apps/quoth/start_failure.hpp"
#include "apps/quoth/start_lines.hpp"
#include "apps/temporary_folder.hpp"

namespace quoth::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<Listening> one_listener{{.server = "smtpd",
                                           .address = "127.0.0.1:41234",
                                           .host = "127.0.0.1",
                                           .port = 41234,
                                           .path = ""}};

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(StartLines, WithoutConfiguration) {
  const Config config = read_config("", "").config;
  EXPECT_EQ(start_lines(config, "", 4242,
                        {{.server = "smtpd",
                          .address = "127.0.0.1:1025",
                          .host = "127.0.0.1",
                          .port = 1025,
                          .path = ""}}),
            "quoth 0.1.0  no configuration: takes mail for every address, relays nothing          "
            "pid 4242\n"
            "  SMTP   127.0.0.1:1025   dev   STARTTLS (self-signed)   takes any user and password, "
            "relays nothing\n"
            "  Mail   ./mail/{domain}/{local}   (Maildir)\n"
            "  Try    swaks --server 127.0.0.1:1025 --to ann@example.com\n"
            "Ctrl-C drains and stops; twice stops now.\n");
}

constexpr std::string_view discarding = R"([[listener]]
listen = ["127.0.0.1:0"]
accept = ["a.test", "b.test"]
[recipients]
"a.test" = ["ann", "user*"]
[route."*"]
via = "discard"
[route."a.test"]
via = "maildir:/var/mail/{local}"
)";

TEST(StartLines, WithAConfiguration) {
  const Config config = read_config(discarding, "q.toml").config;
  EXPECT_EQ(
      start_lines(config, "q.toml", 7, one_listener),
      "quoth 0.1.0  q.toml                                                                  pid 7\n"
      "  SMTP     127.0.0.1:41234   mx   no TLS   relays nothing   (smtpd)\n"
      "  Domains  a.test (ann, user*)\n"
      "           b.test (nobody but postmaster)\n"
      "  Mail     a.test   /var/mail/{local}   (Maildir)\n"
      "  WARNING  mail for * is thrown away (route \"discard\")\n"
      "Ctrl-C drains and stops; twice stops now.\n");
}

TEST(StartLines, ALongFileNameMovesThePidOn) {
  const std::string name(100, 'x');
  EXPECT_THAT(start_lines(Config{}, name, 7, {}), StartsWith("quoth 0.1.0  " + name + "  pid 7\n"));
}

TEST(ReadyFile, NamesEachListener) {
  std::vector<Listening> listeners = one_listener;
  listeners.push_back(
      {.server = "b", .address = "unix:/a\"b", .host = "", .port = 0, .path = "/a\"b"});
  EXPECT_EQ(ready_json(1, listeners),
            R"({"pid":1,"version":"0.1.0","listeners":[{"server":"smtpd",)"
            R"("address":"127.0.0.1:41234","host":"127.0.0.1","port":41234},)"
            R"({"server":"b","address":"unix:/a\"b","path":"/a\"b"}]})"
            "\n");
}

TEST(ReadyFile, ExistsAsLongAsItsObjectAndLeavesNothing) {
  const TemporaryFolder folder;
  {
    const ReadyFile file{folder / "ready", "one\n"};
    EXPECT_EQ(content_of(folder / "ready"), "one\n");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ReadyFile, SaysWhichFileCannotBeWritten) {
  const TemporaryFolder folder;
  try {
    const ReadyFile file{folder / "none/ready", ""};
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), StartsWith("error: cannot write " + folder.path() +
                                           "/none/ready: no such file or directory\n"));
    EXPECT_EQ(failure.code(), ExitCode::io);
  }
  std::filesystem::create_directory(folder / "taken");
  EXPECT_THROW((ReadyFile{folder / "taken", ""}), Failure);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder.path()}, {}), 1);
}

TEST(ConfigFile, WithoutOneThereIsOneThread) {
  const ReadConfig read = load_config("");
  EXPECT_EQ(read.config.threads, 1U);
  EXPECT_EQ(read.diagnostics.error_count(), 0U);
}

TEST(ConfigFile, WhatCannotBeReadIsAFailureOfTheConfiguration) {
  const TemporaryFolder folder;
  for (const std::string& name : {folder / "none.toml", folder.path()}) {
    try {
      (void)load_config(name);
      FAIL() << name;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::config);
      EXPECT_THAT(failure.what(), StartsWith("error: cannot read " + name + ": "));
      EXPECT_THAT(failure.what(), HasSubstr("(exit 78)\n"));
    }
  }
}

TEST(CheckConfig, SaysWhatWouldBeServedOrWhatIsWrong) {
  const TemporaryFolder folder;
  std::ofstream{folder / "good.toml"} << discarding;
  const Finished good = check_config_command(folder / "good.toml");
  EXPECT_EQ(good.code, ExitCode::ok);
  EXPECT_THAT(good.out,
              HasSubstr("the configuration is good\n  SMTP     127.0.0.1:0   mx   no TLS   "
                        "relays nothing   (smtpd)\n"));
  EXPECT_THAT(good.out, HasSubstr("WARNING  mail for * is thrown away"));
  EXPECT_EQ(good.err, "");

  std::ofstream{folder / "bad.toml"} << "theads = 1\n";
  const Finished bad = check_config_command(folder / "bad.toml");
  EXPECT_EQ(bad.code, ExitCode::config);
  EXPECT_EQ(bad.out, "");
  EXPECT_THAT(bad.err, HasSubstr("did you mean `threads`?"));

  EXPECT_THAT(check_config_command("").out, HasSubstr("127.0.0.1:1025"));
}

TEST(StartFailure, NamesTheAddressAndWhatToDo) {
  const Failure taken = start_failure(
      "cannot listen on 127.0.0.1:1025: Address already in use [system:98]", EADDRINUSE);
  EXPECT_EQ(taken.code(), ExitCode::unavailable);
  EXPECT_THAT(taken.what(),
              StartsWith("error: cannot listen on 127.0.0.1:1025: address already in use\n  "));
  EXPECT_THAT(taken.what(), HasSubstr("ss -ltnp 'sport = :1025'"));
  EXPECT_THAT(taken.what(), HasSubstr("(exit 69)\n"));

  const Failure low = start_failure("cannot listen on [::]:25: Permission denied", EACCES);
  EXPECT_EQ(low.code(), ExitCode::no_permission);
  EXPECT_THAT(low.what(), StartsWith("error: cannot listen on [::]:25: permission denied\n"));
  EXPECT_THAT(low.what(), HasSubstr("CAP_NET_BIND_SERVICE"));

  const Failure socket = start_failure("cannot listen on unix:/x/y: No such file", ENOENT);
  EXPECT_EQ(socket.code(), ExitCode::io);
  EXPECT_THAT(socket.what(), HasSubstr("Its folder must exist"));
}

TEST(StartFailure, SocketsThatAreNotHandedIn) {
  const Failure none = start_failure(
      "cannot listen on fd:smtp, of those that were handed in (fd:a): No such file", ENOENT);
  EXPECT_EQ(none.code(), ExitCode::unavailable);
  EXPECT_THAT(none.what(), StartsWith("error: cannot listen on fd:smtp, of those that were handed "
                                      "in (fd:a): there is none\n"));
  EXPECT_THAT(none.what(), HasSubstr("FileDescriptorName="));
  const Failure other = start_failure("cannot listen on fd:smtp: Invalid argument", EINVAL);
  EXPECT_THAT(other.what(), StartsWith("error: cannot listen on fd:smtp: "));
}

TEST(StartFailure, WhatIsNotAboutAnAddressStaysAsItIs) {
  const Failure folder = start_failure("/var/mail: Permission denied", EACCES);
  EXPECT_EQ(folder.code(), ExitCode::no_permission);
  EXPECT_THAT(folder.what(), StartsWith("error: cannot start: /var/mail: Permission denied"));
}

}  // namespace
}  // namespace quoth::app
