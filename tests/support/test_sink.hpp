#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include <quoth/body_sink.hpp>

#include "support/recorder.hpp"

namespace quoth::support {

/// What the sinks of a test have seen, and how they shall behave. Strings and errors are the
/// session's while one runs; a test reads them when it has seen the event behind which they rest.
struct SinkBook {
  Recorder events;  ///< "flush", "commit RECIPIENT …", then "gone" or "gone uncommitted".
  std::string octets;
  std::string fields;
  error_code flush_error;
  error_code commit_error;
  std::atomic<bool> holds_flush{false};  ///< A flush waits until this is false.
  std::size_t flush_every = static_cast<std::size_t>(-1);
  std::size_t most_held = 0;
  std::atomic<std::size_t> appended{0};  ///< Octets.
};

/// A sink that writes its book.
class TestSink final : public BodySink {
 public:
  /// `book` is borrowed.
  explicit TestSink(SinkBook& book) : book_{book} {}
  TestSink(const TestSink&) = delete;
  TestSink& operator=(const TestSink&) = delete;
  ~TestSink() override;

  bool append(std::string_view octets) override;
  Awaitable<Result<void>> flush() override;
  Awaitable<Result<void>> commit(const Acceptance& acceptance) override;

 private:
  SinkBook& book_;
  std::size_t held_ = 0;
  bool committed_ = false;
};

}  // namespace quoth::support
