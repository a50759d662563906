#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/quoth/bench_arguments.hpp"
#include "apps/quoth/bench_command.hpp"
#include "apps/quoth/bench_report.hpp"
#include "apps/quoth/failure.hpp"
#include "temporary_folder.hpp"

namespace quoth::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

BenchArguments arguments() {
  BenchArguments result;
  result.server = "127.0.0.1:2525";
  return result;
}

/// What is said about them; empty: they are right.
std::string complaint(const BenchArguments& arguments) {
  try {
    static_cast<void>(bench_options(arguments));
    return {};
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::usage);
    return failure.what();
  }
}

TEST(BenchOptions, Defaults) {
  const bench::Options options = bench_options(arguments());
  EXPECT_EQ(options.messages, 10'000U);
  EXPECT_FALSE(options.duration);
  EXPECT_EQ(options.scenario.size, 1024U);
  EXPECT_EQ(options.scenario.connections, 10U);
  EXPECT_EQ(options.timeout, 30s);
  EXPECT_EQ(options.hold, 2s);
  EXPECT_EQ(options.target, "127.0.0.1:2525");
  EXPECT_TRUE(options.address.is_internet());
}

TEST(BenchOptions, WordsBecomeNumbers) {
  BenchArguments from = arguments();
  from.size = "10KiB";
  from.duration = "500ms";
  from.warm_up = "2s";
  from.bdat = true;
  from.chunk = "4KiB";
  from.rate = 12.5;
  from.starttls = true;
  const bench::Options options = bench_options(from);
  EXPECT_EQ(options.scenario.size, 10'240U);
  EXPECT_EQ(options.scenario.chunk, 4096U);
  EXPECT_EQ(options.duration, 500ms);
  EXPECT_EQ(options.warm_up, 2s);
  EXPECT_FALSE(options.messages);
  EXPECT_EQ(options.scenario.rate, 12.5);
  EXPECT_EQ(options.scenario.tls, bench::Tls::starttls);
}

TEST(BenchOptions, IdleAloneIsNoLoad) {
  BenchArguments from = arguments();
  from.idle = 100;
  EXPECT_FALSE(bench_options(from).has_load());
  from.messages = 5;
  EXPECT_TRUE(bench_options(from).has_load());
}

TEST(BenchOptions, NoMoreThreadsThanConnections) {
  BenchArguments from = arguments();
  from.connections = 2;
  from.threads = 8;
  EXPECT_EQ(bench_options(from).scenario.threads, 2U);
}

TEST(BenchOptions, UnixSockets) {
  BenchArguments from = arguments();
  from.server = "unix:/run/lmtp.sock";
  EXPECT_FALSE(bench_options(from).address.is_internet());
}

TEST(BenchOptions, PasswordsStayOffTheNetwork) {
  const TemporaryFolder folder;
  BenchArguments from = arguments();
  from.user = "ann";
  from.password_file = folder.file("password", "secret\r\n");
  EXPECT_EQ(bench_options(from).password, "secret");
  from.server = "192.0.2.1:25";
  EXPECT_THAT(complaint(from), HasSubstr("in the clear"));
  from.server = "[2001:db8::1]:25";
  EXPECT_THAT(complaint(from), HasSubstr("in the clear"));
  from.tls = true;
  EXPECT_EQ(complaint(from), "");
  from.tls = false;
  from.server = "[::1]:25";
  EXPECT_EQ(complaint(from), "");
}

TEST(BenchOptions, RangesHaveTheirEnds) {
  const auto with = [](auto change) {
    BenchArguments from = arguments();
    change(from);
    return complaint(from);
  };
  EXPECT_EQ(with([](auto& of) { of.connections = 1'000'000; }), "");
  EXPECT_THAT(with([](auto& of) { of.connections = 1'000'001; }), HasSubstr("--connections"));
  EXPECT_THAT(with([](auto& of) { of.recipients = 0; }), HasSubstr("--recipients"));
  EXPECT_THAT(with([](auto& of) { of.threads = 0; }), HasSubstr("--threads"));
  EXPECT_EQ(with([](auto& of) {
              of.size = "1GiB";
              of.messages = 1;
            }),
            "");
  EXPECT_THAT(with([](auto& of) { of.size = "2GiB"; }), HasSubstr("--size"));
  EXPECT_THAT(with([](auto& of) { of.size = "0"; }), HasSubstr("--size"));
  EXPECT_THAT(with([](auto& of) { of.timeout = "0s"; }), HasSubstr("--timeout"));
  EXPECT_THAT(with([](auto& of) { of.rate = 1e8; }), HasSubstr("--rate"));
  EXPECT_THAT(with([](auto& of) { of.helo = "a\r\nQUIT"; }), HasSubstr("--helo"));
}

bench::Report report() {
  bench::Report result;
  result.target = "127.0.0.1:25";
  result.tally.messages = 1000;
  result.tally.connections = 10;
  result.tally.latency.add(2ms);
  result.seconds = 2;
  result.generator_us = 20'000;
  return result;
}

TEST(BenchReport, WhatWasNotMeasuredIsNullOrMissing) {
  const std::string json = bench_json(report());
  EXPECT_THAT(json, HasSubstr(R"("server": null)"));
  EXPECT_THAT(json, HasSubstr(R"("idle": null)"));
  EXPECT_THAT(json, HasSubstr(R"("rate": null)"));
  EXPECT_THAT(json, HasSubstr(R"("messages_per_second": 500.000)"));
  EXPECT_THAT(json, HasSubstr(R"("cpu_us_per_message": 20.000)"));
  const std::string text = bench_text(report());
  EXPECT_THAT(text, HasSubstr("500 messages/s"));
  EXPECT_THAT(text, Not(HasSubstr("server CPU")));
  EXPECT_THAT(text, Not(HasSubstr("warning")));
}

TEST(BenchReport, TheServersUse) {
  bench::Report of = report();
  of.server = bench::ServerUse{10'000, 30'000, 2048, 4096, 2};
  EXPECT_THAT(bench_json(of), HasSubstr(R"("cpu_us_per_message": 40.000)"));
  EXPECT_THAT(bench_text(of), HasSubstr("40.0 µs a message (user 10.0, system 30.0)"));
  EXPECT_THAT(bench_text(of), HasSubstr("2 MiB in 2 processes, at most 4 MiB"));
}

TEST(BenchReport, Warnings) {
  bench::Report of = report();
  of.generator_percent = 95;
  of.scenario.rate = 1000;
  of.is_rate_held = false;
  EXPECT_THAT(bench_text(of), HasSubstr("--threads"));
  EXPECT_THAT(bench_text(of), HasSubstr("the rate was not held: 500 of 1000 messages/s"));
  EXPECT_THAT(bench_json(of), HasSubstr(R"("rate_held": false)"));
}

/// What a server says cannot act on the terminal.
TEST(BenchReport, RepliesAreEscaped) {
  bench::Report of = report();
  of.tally.note("RCPT", "550 \x1b[31mno\"");
  EXPECT_FALSE(of.is_good());
  EXPECT_THAT(bench_text(of), HasSubstr("1 × RCPT: 550 \\x1B[31mno\""));
  EXPECT_THAT(bench_json(of), HasSubstr(R"("reply": "550 \u001b[31mno\"", "count": 1})"));
}

}  // namespace
}  // namespace quoth::app
