// The judge is judged: what a transcript has to say, and that a wrong one fails.
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/transcript.hpp"
#include "support/transcript_run.hpp"

namespace quoth::test {
namespace {

std::string play_text(std::string_view text) {
  const std::vector<Transcript> transcripts = parse_transcripts("test", text);
  return play(transcripts.at(0));
}

TEST(TranscriptFormat, Escapes) {
  EXPECT_EQ(unescape(R"(a\r\n\t\\\x41\xff)"), "a\r\n\t\\A\xff");
  EXPECT_EQ(unescape(R"(\0)"), std::string(1, '\0'));
  EXPECT_EQ(unescape(R"(\{3 ab}c)"), "abababc");
  EXPECT_EQ(unescape(R"(\{2 \r\n})"), "\r\n\r\n");
  EXPECT_EQ(unescape(R"(\{2  })"), "  ");
  for (const std::string_view bad :
       {"\\", "\\q", "\\x", "\\xg0", "\\{", "\\{2", "\\{2 a", "\\{}"}) {
    EXPECT_THROW(static_cast<void>(unescape(bad)), std::runtime_error) << bad;
  }
}

TEST(TranscriptFormat, Lines) {
  EXPECT_EQ(as_lines('C', "NOOP\r\n\r\n"), "C: NOOP\nC:\n");
  EXPECT_EQ(as_lines('S', "a\nb"), "S! a\\nb\n");
  EXPECT_EQ(as_lines('C', std::string_view{"\0\\ \r\n", 5}), "C! \\0\\\\ \\r\\n\n");
  EXPECT_EQ(as_lines('C', ""), "");
  // What is printed can be put into a transcript.
  EXPECT_EQ(unescape(R"(\0\\ \r\n)"), std::string_view("\0\\ \r\n", 5));
}

TEST(TranscriptFormat, Conversations) {
  const std::vector<Transcript> all = parse_transcripts("file",
                                                        "# a comment\n"
                                                        "== one\n"
                                                        "limits.recipients = 2\n"
                                                        "reply.MAIL = 451 4.7.1 later\n"
                                                        "start = greeted\n"
                                                        "\n"
                                                        "C: MAIL FROM:<>\n"
                                                        "C! NOOP\\r\\n\n"
                                                        "S: 451 4.7.1 later\n"
                                                        "S= greeted\n"
                                                        "== two\n"
                                                        "S: 220 x\n"
                                                        "repeat 2\n"
                                                        "C: NOOP\n"
                                                        "S: 250 OK\n"
                                                        "end\n"
                                                        "M= <> to <a@b>\n"
                                                        "M:\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "file, one");
  EXPECT_EQ(all[0].limits.recipients, 2U);
  EXPECT_EQ(all[0].replies.at(0).second.code(), 451U);
  EXPECT_EQ(all[0].exchanges.back().client, "MAIL FROM:<>\r\nNOOP\r\n");
  EXPECT_EQ(all[0].exchanges.back().state, smtp::State::greeted);
  EXPECT_EQ(all[1].client(), "NOOP\r\nNOOP\r\n");
  EXPECT_EQ(all[1].server(), "220 x\r\n250 OK\r\n250 OK\r\n");
  ASSERT_EQ(all[1].stored.size(), 1U);
  EXPECT_EQ(all[1].stored[0].text, "\r\n");
}

TEST(TranscriptFormat, WhatIsNoTranscript) {
  for (const std::string_view bad : {"",
                                     "# nothing\n",
                                     "== title\n",
                                     "X: what\n",
                                     "C: a\nlimits.errors = 1\n",
                                     "limits.nothing = 1\nC: a\n",
                                     "limits.errors = x\nC: a\n",
                                     "wrong = 1\nC: a\n",
                                     "start = finished\nC: a\n",
                                     "start = closed\nC: a\n",
                                     "S= nowhere\n",
                                     "C= lost\n",
                                     "C: a\nC= gone\nC: b\n",
                                     "C: a\nS= closed\nS: 250 x\n",
                                     "C: a\nS= mail\nS: 250 x\n",
                                     "C: a\nM: text\n",
                                     "C: a\nM= nothing\nM= <> to <a@b>\n",
                                     "C: a\nM= <> to <a@b>\nM= nothing\n",
                                     "repeat 2\nC: a\n",
                                     "C: a\nend\n",
                                     "repeat x\nC: a\nend\n",
                                     "C: a\r\n",
                                     "C! \\q\n",
                                     "reply.MAIL = 99 x\nC: a\n"}) {
    EXPECT_THROW(static_cast<void>(parse_transcripts("test", bad)), std::runtime_error) << bad;
  }
}

TEST(TranscriptFormat, SaysWhichLineIsWrong) {
  try {
    static_cast<void>(parse_transcripts("test", "C: a\n\nwhat\n"));
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "test:3: no line of a transcript");
  }
}

TEST(TranscriptRun, Passes) {
  EXPECT_EQ(play_text("start = body\nC: a\nC: .\nS: 250 2.0.0 OK queued as 1\nS= greeted\n"
                      "M= <ann@client.test> to <user@local.test>\nM: a\n"),
            "");
}

TEST(TranscriptRun, SeesAnotherReply) {
  const std::string wrong = play_text("start = greeted\nC: NOOP\nS: 250 2.0.0 FINE\n");
  EXPECT_NE(wrong.find("C: NOOP\n---- expected here:\nS: 250 2.0.0 FINE\n"
                       "---- but it is:\nS: 250 2.0.0 OK\n"),
            std::string::npos)
      << wrong;
}

TEST(TranscriptRun, SeesAReplyThatIsMissingOrTooMuch) {
  EXPECT_NE(play_text("start = greeted\nC! NOOP\nS: 250 2.0.0 OK\n"), "");
  EXPECT_NE(play_text("start = greeted\nC: NOOP\n"), "");
  EXPECT_NE(play_text("start = greeted\nC: NOOP\nS: 250 2.0.0 OK\nS: 250 2.0.0 OK\n"), "");
}

TEST(TranscriptRun, SeesAReplyThatComesTooLate) {
  EXPECT_NE(play_text("start = greeted\nC! NOOP\nS: 250 2.0.0 OK\nC! \\r\\n\n"), "");
}

TEST(TranscriptRun, SeesAnotherMessage) {
  const std::string dialogue = "start = body\nC: a\nC: .\nS: 250 2.0.0 OK queued as 1\n";
  EXPECT_NE(play_text(dialogue), "");
  EXPECT_NE(play_text(dialogue + "M= nothing\n"), "");
  EXPECT_NE(play_text(dialogue + "M= <> to <user@local.test>\nM: a\n"), "");
  EXPECT_NE(play_text(dialogue + "M= <ann@client.test> to <user@local.test>\nM: b\n"), "");
  EXPECT_NE(play_text(dialogue + "M= <ann@client.test> to <user@local.test>\nM! a\n"), "");
}

TEST(TranscriptRun, SeesAnotherState) {
  EXPECT_NE(play_text("start = greeted\nC: NOOP\nS: 250 2.0.0 OK\nS= connected\n"), "");
  EXPECT_NE(play_text("start = greeted\nC: NOOP\nS: 250 2.0.0 OK\nS= closed\n"), "");
}

}  // namespace
}  // namespace quoth::test
