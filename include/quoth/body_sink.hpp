#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <quoth/awaitable.hpp>
#include <quoth/result.hpp>
#include <quoth/smtp/envelope.hpp>

namespace quoth {

/// What a message was accepted with.
struct Acceptance {
  const smtp::Envelope& envelope;  ///< Its recipients are those to deliver to.
  std::string_view queue_id;
  std::string_view header_fields;  ///< To stand on top, each with its CRLF: Received and others.
};

/// Where the octets of one message go, chosen at `event::Data`. They are handed over once, as they
/// arrive. A sink that is destroyed before its commit succeeded leaves nothing behind.
///
/// Used by one session, on its thread; what blocks in it belongs off that thread.
class BodySink {
 public:
  BodySink() = default;
  BodySink(const BodySink&) = delete;
  BodySink& operator=(const BodySink&) = delete;
  virtual ~BodySink() = default;

  /// Takes the next octets: CRLF line ends, dots unstuffed. They end with the call. Does not wait.
  /// @returns whether flush() must be awaited before more comes: the session then reads nothing
  /// from its client meanwhile.
  [[nodiscard]] virtual bool append(std::string_view octets) = 0;

  /// Octets that it holds in memory now. They count against the server's memory.
  [[nodiscard]] virtual std::size_t held_octets() const noexcept { return 0; }

  /// Brings what append() held back to where it goes.
  [[nodiscard]] virtual Awaitable<Result<void>> flush() = 0;

  /// The message is whole and accepted. When this succeeds it is on stable storage for all of the
  /// envelope's recipients, and the client gets its 250; errors: nothing of it is kept, and the
  /// client gets 452 if the store is full, 451 otherwise.
  [[nodiscard]] virtual Awaitable<Result<void>> commit(const Acceptance& acceptance) = 0;
};

}  // namespace quoth
