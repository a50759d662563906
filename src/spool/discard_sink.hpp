#pragma once

#include <string_view>

#include <quoth/body_sink.hpp>

namespace quoth::spool {

/// Takes everything and keeps nothing.
class DiscardSink final : public BodySink {
 public:
  [[nodiscard]] bool append(std::string_view /*octets*/) override { return false; }
  [[nodiscard]] Awaitable<Result<void>> flush() override { co_return Result<void>{}; }
  [[nodiscard]] Awaitable<Result<void>> commit(const Acceptance& /*acceptance*/) override {
    co_return Result<void>{};
  }
};

}  // namespace quoth::spool
