#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <quoth/body_sink.hpp>

#include "net/offload.hpp"
#include "spool/file.hpp"

namespace quoth::spool {

/// Keeps a message for handlers that want it whole: in memory up to a bound, in a file without a
/// name beyond.
class ContentSink final : public BodySink {
 public:
  /// `pool` is borrowed and must outlive the sink.
  ContentSink(net::BlockingPool& pool, std::string directory, std::size_t memory_octets)
      : pool_{&pool}, directory_{std::move(directory)}, memory_octets_{memory_octets} {}

  [[nodiscard]] bool append(std::string_view octets) override;

  [[nodiscard]] std::size_t held_octets() const noexcept override { return memory_.size(); }

  /// Moves what is in memory to the file.
  [[nodiscard]] Awaitable<Result<void>> flush() override;

  /// Nothing to do: whoever reads the content answers for it.
  [[nodiscard]] Awaitable<Result<void>> commit(const Acceptance& acceptance) override;

  /// All octets, in place; they live as long as the sink. Nothing may be appended afterwards.
  [[nodiscard]] Awaitable<Result<std::string_view>> content();

 private:
  [[nodiscard]] Result<void> write_out();

  net::BlockingPool* pool_;
  std::string directory_;
  std::size_t memory_octets_;
  std::string memory_;
  File file_;
  Mapping mapping_;
};

}  // namespace quoth::spool
