#include "session/reception.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <quoth/body_reader.hpp>

#include "support/waiting.hpp"

namespace quoth::session {
namespace {

/// Holds what it gets; one that is full gives it all away.
class Holder final : public BodyReader {
 public:
  explicit Holder(bool is_full) noexcept : is_full_{is_full} {}
  bool append(std::string_view octets) override {
    held_ += octets.size();
    return is_full_;
  }
  [[nodiscard]] std::size_t held_octets() const noexcept override { return held_; }
  Awaitable<Result<void>> flush() override {
    held_ = 0;
    co_return Result<void>{};
  }

 private:
  std::size_t held_ = 0;
  bool is_full_;
};

class ReceptionTest : public testing::Test {
 protected:
  static constexpr std::size_t memory_octets = 10000;

  static Reception::Start start(std::vector<std::shared_ptr<BodyReader>> readers,
                                bool keeps_header) {
    return {"ID", "Received: by mx\r\n", nullptr, std::move(readers), false, keeps_header};
  }

  /// Whether so many octets are left for others.
  bool has_left(std::size_t octets) {
    if (!context_.memory.take(octets)) return false;
    context_.memory.give(octets);
    return true;
  }

  ServerOptions options_{.memory_bytes = memory_octets};
  smtp::Dialect dialect_ = smtp::standard_dialect({});
  Chains chains_;
  DefenceCounters defences_;
  net::BlockingPool pool_{1};
  Context context_{options_, dialect_, chains_, defences_, pool_};
  boost::asio::io_context io_;
};

TEST_F(ReceptionTest, KeepsNoHeaderThatNobodyWants) {
  Reception reception{context_, start({}, false)};
  EXPECT_FALSE(reception.append("A: b\r\n\r\nbody\r\n"));
  EXPECT_FALSE(reception.has_header());
  EXPECT_EQ(reception.header(), "");
  EXPECT_TRUE(has_left(memory_octets));
}

TEST_F(ReceptionTest, KeepsTheHeaderAloneAndGivesItOnce) {
  Reception reception{context_, start({}, true)};
  EXPECT_FALSE(reception.append("A: b\r\n"));
  EXPECT_FALSE(reception.has_header());
  EXPECT_FALSE(reception.append("\r\nbody\r\n"));
  EXPECT_TRUE(reception.take_header());
  EXPECT_EQ(reception.header(), "A: b\r\n\r\n");
  EXPECT_FALSE(reception.take_header());
  EXPECT_FALSE(has_left(memory_octets - 7));
  EXPECT_TRUE(has_left(memory_octets - 8));
}

TEST_F(ReceptionTest, GivesUpWhatItHoldsWithTheMessage) {
  const auto reader = std::make_shared<Holder>(false);
  Reception reception{context_, start({reader}, true)};
  EXPECT_FALSE(reception.append("A: b\r\n\r\nbody\r\n"));
  reception.abandon();
  EXPECT_EQ(reader.use_count(), 1);
  EXPECT_FALSE(reception.has_header());
  EXPECT_TRUE(has_left(memory_octets));
  EXPECT_FALSE(reception.append("more\r\n"));
  EXPECT_EQ(reader->held_octets(), 14U);
}

TEST_F(ReceptionTest, WhatAReaderHoldsBesideOneThatIsFlushedStaysCounted) {
  const auto holds = std::make_shared<Holder>(false);
  const auto is_full = std::make_shared<Holder>(true);
  Reception reception{context_, start({holds, is_full}, false)};
  EXPECT_TRUE(reception.append("123456"));
  EXPECT_FALSE(has_left(memory_octets - 11));
  support::run(io_, reception.flush());
  EXPECT_EQ(is_full->held_octets(), 0U);
  EXPECT_EQ(holds->held_octets(), 6U);
  EXPECT_FALSE(has_left(memory_octets - 5));
  EXPECT_TRUE(has_left(memory_octets - 6));
}

TEST_F(ReceptionTest, AllAreFlushedWhereTheMemoryIsNotToBeHad) {
  const auto reader = std::make_shared<Holder>(false);
  Reception reception{context_, start({reader}, false)};
  const std::string most(memory_octets, 'x');
  EXPECT_FALSE(reception.append(most));
  EXPECT_TRUE(reception.append("y"));
  support::run(io_, reception.flush());
  EXPECT_EQ(reader->held_octets(), 0U);
  EXPECT_TRUE(has_left(memory_octets));
}

}  // namespace
}  // namespace quoth::session
