// The faults of the Perl component's MultiDispatch, each test named after the fault it shows
// mended.

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "event/dispatch.hpp"
#include "support/loose_session.hpp"

namespace quoth::event {
namespace {

class Silence final : public FailureListener {
 public:
  void handler_failed(std::string_view /*handler*/, std::string_view /*why*/) noexcept override {}
};

class AncestorFaults : public testing::Test {
 protected:
  AncestorFaults() {
    for (const char* const name : {"a", "b", "c", "d"}) chain().append(name, note(name));
  }

  std::function<Decision(Connect&)> note(const std::string& name) {
    return [this, name](Connect&) {
      ran_ += name;
      return pass();
    };
  }

  Chain<Connect> chain() { return loose_.chains.get<Connect>(); }

  std::string names() {
    std::string result;
    for (const HandlerInfo& info : chain().handlers()) result += info.name;
    return result;
  }

  template <class Event>
  Dispatch::Progress fire(Event& event) {
    const auto index = static_cast<std::size_t>(Event::chain);
    Dispatch dispatch{loose_.session.chains().current(index), event, silence_};
    const Dispatch::Progress progress = dispatch.run();
    loose_.session.chains().settle();
    return progress;
  }

  std::string fire() {
    ran_.clear();
    Connect connect{loose_.session};
    fire(connect);
    return ran_;
  }

  support::LooseSession loose_;
  Silence silence_;
  std::string ran_;
};

TEST_F(AncestorFaults, FirstExchangedTwoInsteadOfMovingOne) {
  chain().first("d");
  EXPECT_EQ(names(), "dabc");
}

TEST_F(AncestorFaults, LastExchangedTwoInsteadOfMovingOne) {
  chain().last("a");
  EXPECT_EQ(names(), "bcda");
}

TEST_F(AncestorFaults, UpExchangedTwoInsteadOfMovingOne) {
  chain().up("d", 2);
  EXPECT_EQ(names(), "adbc");
}

TEST_F(AncestorFaults, DownExchangedTwoInsteadOfMovingOne) {
  chain().down("a", 2);
  EXPECT_EQ(names(), "bcad");
}

TEST_F(AncestorFaults, AChangeTookEffectAtOnceSoThatAHandlerRanTwice) {
  chain().prepend("mover", [this](Connect& connect) {
    ran_ += 'm';
    chain().last("mover");
    connect.session.chains().get<Connect>().last("mover");
    return pass();
  });
  EXPECT_EQ(fire(), "mabcd");
  EXPECT_EQ(fire(), "abcdm");
}

TEST_F(AncestorFaults, AChangeTookEffectAtOnceSoThatAHandlerWasSkipped) {
  chain().after("b", "mover", [this](Connect&) {
    ran_ += 'm';
    chain().first("c");
    return pass();
  });
  EXPECT_EQ(fire(), "abmcd");
  EXPECT_EQ(fire(), "cabmd");
}

TEST_F(AncestorFaults, StopLeakedIntoTheNextEvent) {
  chain().prepend("stop", [](Connect&) { return reject(); });
  Connect connect{loose_.session};
  EXPECT_EQ(fire(connect), Dispatch::Progress::answered);
  EXPECT_EQ(ran_, "");

  loose_.chains.get<Banner>().append("banner", [this](Banner&) {
    ran_ += "banner";
    return pass();
  });
  Banner banner{loose_.session};
  EXPECT_EQ(fire(banner), Dispatch::Progress::passed);
  EXPECT_EQ(ran_, "banner");
}

TEST_F(AncestorFaults, AnUnknownNameCorruptedTheOrder) {
  EXPECT_THROW(chain().first("nobody"), std::invalid_argument);
  EXPECT_THROW(chain().last("nobody"), std::invalid_argument);
  EXPECT_THROW(chain().up("nobody"), std::invalid_argument);
  EXPECT_THROW(chain().down("nobody"), std::invalid_argument);
  EXPECT_THROW(chain().swap("a", "nobody"), std::invalid_argument);
  EXPECT_EQ(names(), "abcd");
  EXPECT_EQ(fire(), "abcd");
}

}  // namespace
}  // namespace quoth::event
