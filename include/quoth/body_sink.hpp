#pragma once

#include <string_view>

#include <quoth/awaitable.hpp>
#include <quoth/body_reader.hpp>
#include <quoth/result.hpp>
#include <quoth/smtp/envelope.hpp>

namespace quoth {

/// What a message was accepted with.
struct Acceptance {
  const smtp::Envelope& envelope;  ///< Its recipients are those to deliver to.
  std::string_view queue_id;
  std::string_view header_fields;  ///< To stand on top, each with its CRLF: Received and others.
};

/// Where the octets of one message go, chosen at `event::Data`: a reader that can keep them. One
/// that is destroyed before its commit succeeded leaves nothing behind.
class BodySink : public BodyReader {
 public:
  /// The message is whole and accepted. When this succeeds it is on stable storage for all of the
  /// envelope's recipients, and the client gets its 250; errors: nothing of it is kept, and the
  /// client gets 452 if the store is full, 451 otherwise.
  [[nodiscard]] virtual Awaitable<Result<void>> commit(const Acceptance& acceptance) = 0;
};

}  // namespace quoth
