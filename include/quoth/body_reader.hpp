#pragma once

#include <cstddef>
#include <string_view>

#include <quoth/awaitable.hpp>
#include <quoth/result.hpp>

namespace quoth {

/// Who gets the octets of one message as they arrive: a hash, a scanner, a file. Chosen at
/// `event::Data`, as many as are wanted. Where the message is refused, or breaks off, it is let go
/// without further notice.
///
/// Used by one session, on its thread; what blocks in it belongs off that thread.
class BodyReader {
 public:
  BodyReader() = default;
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;
  virtual ~BodyReader() = default;

  /// Takes the next octets: CRLF line ends, dots unstuffed. They end with the call. Does not wait.
  /// @returns whether flush() must be awaited before more comes: the session then reads nothing
  /// from its client meanwhile.
  [[nodiscard]] virtual bool append(std::string_view octets) = 0;

  /// Octets that it holds in memory now. They count against the server's memory.
  [[nodiscard]] virtual std::size_t held_octets() const noexcept { return 0; }

  /// Brings what append() held back to where it goes; of readers, but not of a sink, it is awaited,
  /// too, once the message is whole, before the handlers of `Message` run. The session has no
  /// deadline for it and a stop waits for it: who talks to another program sets a time of its own.
  /// Errors: the client gets 452 if the place is full, 451 otherwise.
  [[nodiscard]] virtual Awaitable<Result<void>> flush() = 0;
};

}  // namespace quoth
