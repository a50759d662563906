// Small parts: codes, looks, places, targets, what was stored.
#include "conform/judge.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conform/places.hpp"
#include "conform/script.hpp"
#include "conform/situation.hpp"
#include "conform/stored_mail.hpp"
#include "conform/target.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::conform {
namespace {

using testing::HasSubstr;

Reply reply_of(std::string_view octets) {
  ReplyReader reader;
  reader.feed(octets);
  return reader.next().value_or(Reply{});
}

std::string problem(Step step, std::string_view octets) {
  return problem_of(step, reply_of(octets));
}

TEST(Judge, Codes) {
  EXPECT_TRUE(is_among(250, "250"));
  EXPECT_TRUE(is_among(550, "250|5xx"));
  EXPECT_TRUE(is_among(552, "55x"));
  EXPECT_FALSE(is_among(452, "250|5xx|end"));
  EXPECT_FALSE(is_among(250, ""));
  EXPECT_TRUE(names("5xx|end", "end"));
  EXPECT_FALSE(names("5xx", "end"));
}

TEST(Judge, Looks) {
  EXPECT_EQ(problem(reply("250"), "250 x\r\n"), "");
  EXPECT_THAT(problem(reply("250"), "550 x\r\n"), HasSubstr("wanted 250, came \"550 x\""));
  EXPECT_THAT(problem(reply("250").with(Look::one_line), "250-a\r\n250 b\r\n"),
              HasSubstr("2 lines"));
  EXPECT_EQ(problem(reply("250").with(Look::enhanced), "250 2.0.0 x\r\n"), "");
  EXPECT_NE(problem(reply("250").with(Look::enhanced), "250 x\r\n"), "");
  EXPECT_NE(problem(reply("550").with(Look::enhanced), "550 2.0.0 x\r\n"), "");
  EXPECT_NE(problem(reply("250").with(Look::not_enhanced), "250 2.0.0 x\r\n"), "");
  EXPECT_EQ(problem(reply("220").with(Look::host_first), "220 [192.0.2.1] x\r\n"), "");
  EXPECT_NE(problem(reply("220").with(Look::host_first), "220 *** x\r\n"), "");
}

TEST(Judge, EhloLines) {
  const auto look = [](std::string_view octets) {
    return problem(reply("250").with(Look::ehlo_lines), octets);
  };
  EXPECT_EQ(look("250-mx hello there\r\n250-SIZE 10\r\n250 8BITMIME\r\n"), "");
  EXPECT_THAT(look("250-mx\r\n250-SIZE 10\r\n250 size 20\r\n"), HasSubstr("twice"));
  EXPECT_THAT(look("250-mx\r\n250  X\r\n"), HasSubstr("no keyword"));
}

TEST(Judge, Parts) {
  EXPECT_EQ(problem(reply("250").containing("size"), "250 SIZE\r\n"), "");
  EXPECT_THAT(problem(reply("250").containing("size"), "250 x\r\n"), HasSubstr("missing"));
  EXPECT_THAT(problem(reply("250").lacking("size"), "250 SIZE\r\n"), HasSubstr("stands in"));
  EXPECT_NE(problem(reply("250").lacking("\n250 x"), "250 x\r\n"), "") << "a line begins there";
  EXPECT_NE(problem(reply("250").with(Look::no_bare_cr), "250 a\rb\r\n"), "");
  EXPECT_EQ(problem(reply("550").with(Look::of_address), "550 5.1.1 x\r\n"), "");
  EXPECT_NE(problem(reply("550").with(Look::of_address), "550 5.7.1 x\r\n"), "");
  EXPECT_THAT(problem(reply("250"), "what?\r\n"), HasSubstr("no reply"));
}

TEST(Places, AreFilled) {
  const Places places{{"rcpt", "ann@local.test"}, {"mark", "m1"}};
  EXPECT_EQ(fill("<{rcpt}> {mark}{mark}", places), "<ann@local.test> m1m1");
  EXPECT_EQ(fill("{unknown} ${run{x}} { }", places), "{unknown} ${run{x}} { }");
  EXPECT_EQ(fill("", places), "");
}

TEST(Situation, LearnsExtensions) {
  Situation situation;
  learn_extensions(reply_of("250-mx\r\n250-size 1000\r\n250 DSN\r\n"), situation);
  EXPECT_EQ(situation.places["size+1"], "1001");
  EXPECT_EQ(missing("SIZE= small-SIZE DSN smtp", situation).skip, Outcome::Skip::none);
  EXPECT_EQ(missing("CHUNKING", situation).skip, Outcome::Skip::not_offered);
  EXPECT_EQ(missing("!DSN", situation).skip, Outcome::Skip::not_offered);
  EXPECT_EQ(missing("!CHUNKING", situation).skip, Outcome::Skip::none);
  EXPECT_EQ(missing("lmtp", situation).skip, Outcome::Skip::protocol);
  EXPECT_EQ(missing("unknown", situation).skip, Outcome::Skip::option);
}

TEST(Target, IsRead) {
  EXPECT_EQ(Target::resolve("127.0.0.1:25").endpoints.size(), 1U);
  EXPECT_EQ(Target::resolve("[::1]:25").endpoints.size(), 1U);
  EXPECT_EQ(Target::resolve("unix:/tmp/x").endpoints.size(), 1U);
  EXPECT_FALSE(Target::resolve("localhost:25").endpoints.empty());
  for (const char* const text :
       {"", "mx", "mx:", ":25", "mx:smtp", "::1:25", "unix:", "127.0.0.1:99999", "127.0.0.1:65536",
        "127.0.0.1:0", "127.0.0.1:+25"}) {
    EXPECT_THROW(static_cast<void>(Target::resolve(text)), std::invalid_argument) << text;
  }
}

TEST(StoredMail, IsComparedWithTheVerdict) {
  Outcome outcome;
  outcome.mark = "m1a";
  outcome.mark2 = "m1b";
  outcome.has_verdict = true;
  const Stored decided{Stored::Rule::as_decided, "text\r\n", "bad"};
  EXPECT_EQ(problem_of_stored(outcome, decided, {}), "");
  EXPECT_NE(problem_of_stored(outcome, decided, {{"f", "m1a"}}), "");  // refused, and stored
  outcome.was_taken = true;
  EXPECT_NE(problem_of_stored(outcome, decided, {}), "");
  EXPECT_EQ(problem_of_stored(outcome, decided, {{"f", "m1a text\n"}}), "");
  EXPECT_NE(problem_of_stored(outcome, decided, {{"f", "m1a text"}}), "");
  EXPECT_NE(problem_of_stored(outcome, decided, {{"f", "m1a text\nbad"}}), "");
  EXPECT_NE(problem_of_stored(outcome, decided, {{"f", "m1a text\n"}, {"g", "m1a text\n"}}), "");
  const Stored on_top{Stored::Rule::as_decided, "Trace:", "", "From: <a>\r\n"};
  EXPECT_EQ(problem_of_stored(outcome, on_top, {{"f", "Trace:\nFrom: <a>\nm1a"}}), "");
  EXPECT_NE(problem_of_stored(outcome, on_top, {{"f", "From: <a>\nTrace:\nm1a"}}), "");
  const Stored any_case{Stored::Rule::as_decided, "Return-Path: <>\n", "", "", true};
  EXPECT_EQ(problem_of_stored(outcome, any_case, {{"f", "RETURN-PATH: <>\nm1a"}}), "");
  const Stored together{Stored::Rule::together, "", ""};
  EXPECT_EQ(problem_of_stored(outcome, together, {{"f", "m1a m1b"}}), "");
  EXPECT_NE(problem_of_stored(outcome, together, {{"f", "m1a"}, {"g", "m1b"}}), "");
  EXPECT_NE(problem_of_stored(outcome, {Stored::Rule::never, "", ""}, {{"f", "m1a"}}), "");
}

TEST(StoredMail, IsNeitherHalfWrittenNorAnIndex) {
  const support::TemporaryFolder folder;
  for (const char* const name : {"new", "tmp"}) {
    std::filesystem::create_directory(folder.path() / name);
    std::ofstream{folder.path() / name / "mail"} << "m1";
  }
  std::ofstream{folder.path() / "dovecot.index.cache"} << "m1";
  const auto files =
      files_with(folder.path(), "m1", std::filesystem::file_time_type::clock::time_point::min());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.front().path, (folder.path() / "new" / "mail").string());
}

}  // namespace
}  // namespace quoth::conform
