#include <quoth/event.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/loose_session.hpp"

namespace quoth::event {
namespace {

using smtp::Reply;

/// What a recipient got; "" for none of its own.
struct Fold {
  std::vector<std::string_view> own;
  std::string_view decided;
  std::string_view folded;
};

Reply reply_of(std::string_view text) {
  return {static_cast<unsigned>(std::stoul(std::string{text.substr(0, 3)})), text.substr(4)};
}

TEST(Outcomes, FoldsTheOnesOfAllRecipientsIntoOneReply) {
  const auto folds = std::to_array<Fold>({
      {{""}, "250 all", "250 all"},
      {{"", ""}, "250 all", "250 all"},
      {{"250 one", "250 two"}, "250 all", "250 all"},
      {{"250 one", ""}, "250 all", "250 all"},
      {{"550 one", ""}, "250 all", "550 one"},
      {{"", "550 two"}, "250 all", "550 two"},
      {{"550 one", "551 two"}, "250 all", "550 one"},
      {{"451 one", ""}, "250 all", "451 one"},
      {{"550 one", "451 two"}, "250 all", "451 two"},
      {{"451 one", "550 two"}, "250 all", "451 one"},
      {{"451 one", "452 two"}, "250 all", "451 one"},
      {{"", ""}, "554 none", "554 none"},
      {{"250 one", ""}, "554 none", "554 none"},
      {{"451 one", ""}, "554 none", "451 one"},
      {{"550 one", ""}, "451 later", "451 later"},
  });
  for (const Fold& fold : folds) {
    Outcomes outcomes;
    for (std::size_t i = 0; i < fold.own.size(); ++i) {
      if (!fold.own[i].empty()) outcomes.set(i, reply_of(fold.own[i]));
    }
    EXPECT_EQ(outcomes.fold(fold.own.size(), reply_of(fold.decided)).summary(), fold.folded)
        << fold.own.size() << " recipients, decided " << fold.decided;
  }
}

TEST(Outcomes, ARecipientBeyondTheCountDoesNotMatter) {
  Outcomes outcomes;
  outcomes.set(3, Reply{550, "gone"});
  EXPECT_EQ(outcomes.fold(3, Reply{250, "OK"}).code(), 250U);
  EXPECT_EQ(outcomes.fold(4, Reply{250, "OK"}).code(), 550U);
  EXPECT_FALSE(outcomes.get(0));
  EXPECT_FALSE(outcomes.get(4));
  ASSERT_TRUE(outcomes.get(3));
  EXPECT_EQ(outcomes.get(3)->summary(), "550 gone");
}

TEST(Outcomes, WhatIsSetTwiceIsTheLast) {
  Outcomes outcomes;
  outcomes.set(0, Reply{550, "gone"});
  outcomes.set(0, Reply{250, "found"});
  EXPECT_EQ(outcomes.fold(1, Reply{250, "OK"}).code(), 250U);
}

TEST(Outcomes, GivesEachRecipientItsOwnOrWhatWasDecided) {
  Outcomes outcomes;
  outcomes.set(1, Reply{550, "gone"});
  outcomes.set(2, Reply{250, "found"});
  outcomes.set(9, Reply{451, "beyond the count"});
  const auto summaries = [&](std::size_t count, const Reply& decided) {
    std::vector<std::string> result;
    for (const Reply& reply : outcomes.each(count, decided)) result.push_back(reply.summary());
    return result;
  };
  using Texts = std::vector<std::string>;
  EXPECT_EQ(summaries(0, Reply{250, "OK"}), Texts{});
  EXPECT_EQ(summaries(1, Reply{250, "OK"}), Texts{"250 OK"});
  EXPECT_EQ(summaries(4, Reply{250, "OK"}), (Texts{"250 OK", "550 gone", "250 found", "250 OK"}));
  EXPECT_EQ(summaries(4, Reply{451, "later"}),
            (Texts{"451 later", "550 gone", "250 found", "451 later"}));
  EXPECT_EQ(Outcomes{}.each(2, Reply{554, "none"}).back().summary(), "554 none");
}

class MessageTest : public testing::Test {
 protected:
  support::LooseSession loose_;
  smtp::Envelope envelope_;
  Message message_{loose_.session, envelope_, "ID", 5, "text\n"};
};

TEST_F(MessageTest, TheLastFieldAddedStandsFirst) {
  message_.add_header("X-One", "1");
  message_.add_header("X-Two", "a\tb");
  EXPECT_EQ(message_.added_fields(), "X-Two: a\tb\r\nX-One: 1\r\n");
}

TEST_F(MessageTest, AFoldedValueIsTaken) {
  message_.add_header("X-Long", "one\r\n two\r\n\tthree");
  EXPECT_EQ(message_.added_fields(), "X-Long: one\r\n two\r\n\tthree\r\n");
  message_.add_header("X-Empty", "");
}

TEST_F(MessageTest, AddHeaderRefusesToEndTheField) {
  for (const std::string_view value : {"a\r\nBcc: b@c", "a\r\n", "a\r\n\r\n body", "a\nb", "a\rb",
                                       "\n b", "\r b", "a\r\n b\r\nc"}) {
    EXPECT_THROW(message_.add_header("X-Evil", value), std::invalid_argument) << value;
  }
  EXPECT_EQ(message_.added_fields(), "");
}

TEST_F(MessageTest, AddHeaderRefusesOctetsThatNoHeaderHas) {
  EXPECT_THROW(message_.add_header("X", std::string_view{"a\0b", 3}), std::invalid_argument);
  EXPECT_THROW(message_.add_header("X", "a\x7f"), std::invalid_argument);
  EXPECT_THROW(message_.add_header("X", "a\x1b[0m"), std::invalid_argument);
  EXPECT_THROW(message_.add_header("X", "b\xc3\xbc"), std::invalid_argument);
  EXPECT_EQ(message_.added_fields(), "");
}

TEST_F(MessageTest, AddHeaderRefusesNamesThatAreNone) {
  for (const std::string_view name : {"", "X Y", "X:", ":", "X\r\nY", "X\t", "\xc3\xbc", "X\x7f"}) {
    EXPECT_THROW(message_.add_header(name, "v"), std::invalid_argument) << name;
  }
  EXPECT_EQ(message_.added_fields(), "");
}

TEST_F(MessageTest, ContentThatWasNotKeptSaysHowToKeepIt) {
  EXPECT_EQ(message_.content(), "text\n");
  const Message bare{loose_.session, envelope_, "ID", 5, std::nullopt};
  try {
    static_cast<void>(bare.content());
    FAIL();
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string{error.what()}.find("keep_content()"), std::string::npos);
  }
}

}  // namespace
}  // namespace quoth::event
