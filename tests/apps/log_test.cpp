#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <quoth/clock.hpp>

#include "apps/quoth/json_log.hpp"
#include "apps/quoth/log_choice.hpp"
#include "apps/quoth/text_log.hpp"

namespace quoth::app {
namespace {

/// 2026-11-22 10:21:03.118 UTC.
class FixedClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::system_clock::time_point now() const noexcept override {
    return std::chrono::system_clock::time_point{std::chrono::milliseconds{1795342863118}};
  }
};

/// The lines that a log of type L writes, through a pipe.
template <class L>
class Written {
 public:
  explicit Written(LogLevel level = LogLevel::info) : level_{level} {
    setenv("TZ", "UTC", 1);
    tzset();
    EXPECT_EQ(pipe(pipe_.data()), 0);
  }

  template <class Write>
  std::string operator()(Write write) {
    {
      L log{pipe_[1], level_, clock_};
      write(log);
    }
    close(pipe_[1]);
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = read(pipe_[0], buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    close(pipe_[0]);
    return text;
  }

 private:
  LogLevel level_;
  FixedClock clock_;
  std::array<int, 2> pipe_{};
};

void write_transaction(Log& log) {
  const std::vector<std::string_view> to{"ann@example.com"};
  const std::vector<std::string_view> ext{"PIPELINING", "8BITMIME"};
  log.write(LogLevel::info, LogEvent::smtp_in,
            {{"id", std::string_view{"8F3C2A"}},
             {"sess", std::string_view{"5D01"}},
             {"from", std::string_view{"app@shop.test"}},
             {"to", std::span<const std::string_view>{to}},
             {"n_to", std::int64_t{1}},
             {"bytes", std::int64_t{1204}},
             {"ext", std::span<const std::string_view>{ext}},
             {"verdict", std::string_view{"accept"}},
             {"code", std::string_view{"250 2.0.0"}},
             {"by", std::string_view{"maildir"}},
             {"ms", 3.14159}});
}

TEST(TextLog, ATransactionIsOneLineForPeople) {
  EXPECT_EQ(Written<TextLog>{}([](Log& log) { write_transaction(log); }),
            "10:21:03.118  250  8F3C2A  app@shop.test → ann@example.com  1.2 KiB  3.1 ms\n");
}

TEST(TextLog, ARefusedTransactionSaysWhoRefused) {
  const std::vector<std::string_view> to{"a@x.test", "b@x.test", "c@x.test"};
  EXPECT_EQ(Written<TextLog>{}([&](Log& log) {
              log.write(LogLevel::info, LogEvent::smtp_in,
                        {{"id", std::string_view{"8F3C2A"}},
                         {"from", std::string_view{}},
                         {"to", std::span<const std::string_view>{to}},
                         {"n_to", std::int64_t{3}},
                         {"bytes", std::int64_t{0}},
                         {"verdict", std::string_view{"reject"}},
                         {"code", std::string_view{"552 5.3.4"}},
                         {"by", std::string_view{"size"}},
                         {"ms", 1.0}});
            }),
            "10:21:03.118  552  8F3C2A  <> → a@x.test +2  0 B  1 ms  verdict=reject  by=size  "
            "code=\"552 5.3.4\"\n");
}

TEST(TextLog, RefusedRecipientsAreNamed) {
  const std::vector<std::string_view> refused{"x@a.test", "y@a.test"};
  EXPECT_EQ(Written<TextLog>{}([&](Log& log) {
              log.write(LogLevel::info, LogEvent::smtp_in,
                        {{"id", std::string_view{}},
                         {"from", std::string_view{"b@c"}},
                         {"to", std::span<const std::string_view>{}},
                         {"n_to", std::int64_t{0}},
                         {"refused", std::span<const std::string_view>{refused}},
                         {"verdict", std::string_view{"reject"}},
                         {"code", std::string_view{"550 5.1.1 no"}},
                         {"by", std::string_view{"recipients"}}});
              log.write(LogLevel::info, LogEvent::smtp_in,
                        {{"id", std::string_view{"1"}},
                         {"from", std::string_view{"b@c"}},
                         {"to", std::span<const std::string_view>{refused}.first(1)},
                         {"refused", std::span<const std::string_view>{refused}.last(1)},
                         {"verdict", std::string_view{"accept"}},
                         {"code", std::string_view{"250 2.0.0"}}});
              log.write(LogLevel::info, LogEvent::smtp_in,
                        {{"verdict", std::string_view{"aborted"}}, {"code", std::string_view{}}});
            }),
            "10:21:03.118  550  -  b@c → x@a.test +1  0 B  0 ms  verdict=reject  by=recipients  "
            "code=\"550 5.1.1 no\"\n"
            "10:21:03.118  250  1  b@c → x@a.test  0 B  0 ms  refused=y@a.test\n"
            "10:21:03.118  ---  -  <> → -  0 B  0 ms  verdict=aborted\n");
}

TEST(TextLog, OtherEventsAreKeysAndValues) {
  EXPECT_EQ(Written<TextLog>{}([](Log& log) {
              log.write(LogLevel::warn, LogEvent::accept_failed,
                        {{"server", std::string_view{"smtpd"}},
                         {"error", std::string_view{"too many \"files\""}},
                         {"none", std::string_view{}},
                         {"yes", true},
                         {"n", std::int64_t{-3}}});
            }),
            "10:21:03.118  warn  accept.failed  server=smtpd  error=\"too many \\\"files\\\"\"  "
            "none=\"\"  yes=true  n=-3\n");
}

TEST(TextLog, TheStartUpLinesAreNotSaidTwice) {
  EXPECT_EQ(
      Written<TextLog>{}([](Log& log) { log.write(LogLevel::info, LogEvent::server_started, {}); }),
      "");
}

TEST(TextLog, APeerCannotForgeALineOrReachTheTerminal) {
  const std::string out = Written<TextLog>{}([](Log& log) {
    log.write(LogLevel::info, LogEvent::session_ended,
              {{"helo", std::string_view{"a\r\n10:00:00.000  250\x1b[2J\x9b\xc2\x9b"}}});
    log.write(LogLevel::info, LogEvent::smtp_in,
              {{"code", std::string_view{"2\n0"}},
               {"id", std::string_view{"\x1b]0;x\x07"}},
               {"from", std::string_view{"\"a\nb\"@x"}}});
  });
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
  EXPECT_THAT(out,
              testing::HasSubstr("helo=\"a\\x0D\\x0A10:00:00.000  250\\x1B[2J\\x9B\\xC2\\x9B\""));
  EXPECT_THAT(out, testing::Not(testing::HasSubstr("\x1b")));
}

TEST(JsonLog, FieldsStandInTheirOrder) {
  EXPECT_EQ(Written<JsonLog>{}([](Log& log) { write_transaction(log); }),
            R"({"ts":"2026-11-22T10:21:03.118Z","lvl":"info","ev":"smtp.in","id":"8F3C2A",)"
            R"("sess":"5D01","from":"app@shop.test","to":["ann@example.com"],"n_to":1,)"
            R"("bytes":1204,"ext":["PIPELINING","8BITMIME"],"verdict":"accept",)"
            R"("code":"250 2.0.0","by":"maildir","ms":3.142})"
            "\n");
}

TEST(JsonLog, WhatIsNoNumberIsNull) {
  EXPECT_THAT(Written<JsonLog>{}([](Log& log) {
                log.write(LogLevel::info, LogEvent::smtp_in,
                          {{"a", std::numeric_limits<double>::quiet_NaN()},
                           {"b", std::numeric_limits<double>::infinity()},
                           {"c", 0.5}});
              }),
              testing::HasSubstr(R"("a":null,"b":null,"c":0.5})"));
}

TEST(JsonLog, MeasurementsHaveThousandthsAndNoMore) {
  EXPECT_THAT(
      Written<JsonLog>{}([](Log& log) {
        log.write(LogLevel::info, LogEvent::smtp_in,
                  {{"a", 0.0},
                   {"b", 3.0},
                   {"c", 0.0004},
                   {"d", 1.0005},
                   {"e", 12.1},
                   {"f", 999.9999},
                   {"g", -0.25},
                   {"h", 0.037}});
      }),
      testing::HasSubstr(R"("a":0,"b":3,"c":0,"d":1.001,"e":12.1,"f":1000,"g":-0.25,"h":0.037})"));
}

TEST(JsonLog, WhatMustBeEscapedMayStandAnywhere) {
  EXPECT_THAT(Written<JsonLog>{}([](Log& log) {
                log.write(LogLevel::info, LogEvent::smtp_in,
                          {{"a", "\"begin"}, {"b", "end\\"}, {"c", "mid\tdle"}, {"d", "\x7f"}});
              }),
              testing::HasSubstr(R"("a":"\"begin","b":"end\\","c":"mid\u0009dle","d":"\u007f"})"));
}

TEST(LineLog, LevelsBelowItsOwnAreLeftOut) {
  EXPECT_EQ(Written<JsonLog>{LogLevel::warn}([](Log& log) {
              EXPECT_FALSE(log.wants(LogLevel::info));
              EXPECT_TRUE(log.wants(LogLevel::warn));
              log.write(LogLevel::info, LogEvent::server_started, {});
            }),
            "");
}

TEST(LineLog, LinesOfManyThreadsStayWhole) {
  const std::string out = Written<JsonLog>{}([](Log& log) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 50; ++i) write_transaction(log);
      });
    }
  });
  std::size_t lines = 0;
  for (std::size_t at = 0; at < out.size(); ++lines) {
    const std::size_t end = out.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_EQ(out.substr(at, end - at), out.substr(0, out.find('\n')));
    at = end + 1;
  }
  EXPECT_EQ(lines, 200U);
}

TEST(LineLog, AnUnwritableFileLosesTheLineAlone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_NONBLOCK), 0);
  const std::string filling(std::size_t{1} << 20U, 'x');
  const ssize_t filled = write(ends[1], filling.data(), filling.size());
  ASSERT_GT(filled, 0);  // full now
  FixedClock clock;
  JsonLog log{ends[1], LogLevel::info, clock};
  log.write(LogLevel::error, LogEvent::server_stopped, {});
  std::string out(filling.size(), '\0');
  ASSERT_EQ(read(ends[0], out.data(), out.size()), filled);
  log.write(LogLevel::error, LogEvent::server_started, {});
  const ssize_t size = read(ends[0], out.data(), out.size());
  ASSERT_GT(size, 0);
  out.resize(static_cast<std::size_t>(size));
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 1);
  EXPECT_NE(out.find("server.started"), std::string::npos) << out;
  close(ends[0]);
  close(ends[1]);
}

TEST(LogChoice, AutoIsJsonWhereNoTerminalIs) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  EXPECT_FALSE(is_text_log({.level = LogLevel::info, .format = LogFormat::automatic}, ends[1]));
  EXPECT_TRUE(is_text_log({.level = LogLevel::info, .format = LogFormat::text}, ends[1]));
  EXPECT_FALSE(is_text_log({.level = LogLevel::info, .format = LogFormat::json}, ends[1]));
  FixedClock clock;
  EXPECT_NE(make_log({}, ends[1], clock), nullptr);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace quoth::app
