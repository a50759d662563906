// Counts what the program allocates on this thread, to show that an event without handlers, and one
// whose handlers do not wait, costs no allocation.

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

#include <gtest/gtest.h>

#include "event/dispatch.hpp"
#include "support/loose_session.hpp"

namespace {

thread_local std::size_t allocations = 0;

void* allocate(std::size_t octets) {
  ++allocations;
  if (void* const memory = std::malloc(octets == 0 ? 1 : octets)) return memory;
  throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t octets) { return allocate(octets); }
void* operator new[](std::size_t octets) { return allocate(octets); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*octets*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*octets*/) noexcept { std::free(memory); }

namespace quoth::event {
namespace {

class Silence final : public FailureListener {
 public:
  void handler_failed(std::string_view /*handler*/, std::string_view /*why*/) noexcept override {}
};

class AllocationTest : public testing::Test {
 protected:
  /// What one Connect through its chain allocates.
  std::size_t cost() {
    Connect connect{loose_.session};
    static_cast<void>(loose_.session.chains().current(0));  // notices the edits
    loose_.session.chains().settle();
    const std::size_t before = allocations;
    Dispatch dispatch{loose_.session.chains().current(0), connect, silence_};
    progress_ = dispatch.run();
    loose_.session.chains().settle();
    return allocations - before;
  }

  support::LooseSession loose_;
  Silence silence_;
  Dispatch::Progress progress_ = Dispatch::Progress::must_wait;
};

TEST_F(AllocationTest, TheCounterCounts) {
  const std::size_t before = allocations;
  const support::LooseSession another;
  EXPECT_GT(allocations, before);
}

TEST_F(AllocationTest, AnEventWithoutHandlersAllocatesNothing) {
  EXPECT_EQ(cost(), 0U);
  EXPECT_EQ(progress_, Dispatch::Progress::passed);
}

TEST_F(AllocationTest, HandlersThatDoNotWaitAllocateNothing) {
  for (const char* const name : {"a", "b", "c"}) {
    loose_.chains.get<Connect>().append(name, [](Connect&) { return pass(); });
  }
  EXPECT_EQ(cost(), 0U);
  EXPECT_EQ(progress_, Dispatch::Progress::passed);
}

TEST_F(AllocationTest, AShortReplyAllocatesNothing) {
  loose_.chains.get<Connect>().append("yes", [](Connect&) { return accept(); });
  EXPECT_EQ(cost(), 0U);
  EXPECT_EQ(progress_, Dispatch::Progress::answered);
}

}  // namespace
}  // namespace quoth::event
