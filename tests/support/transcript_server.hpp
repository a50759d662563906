#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "support/transcript.hpp"

namespace quoth::test {

/// What a conversation came to.
struct Outcome {
  std::string output;
  std::vector<StoredMessage> stored;
  smtp::State state = smtp::State::connected;
  std::string helo;
  std::size_t command_count = 0;
  std::size_t error_count = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// The dialect that `transcript` wants.
[[nodiscard]] smtp::Dialect dialect_of(const Transcript& transcript);

/// A server of mx.local.test without I/O: the protocol, and the smallest handlers that make a
/// server of it. They answer in the words of the real ones. Takes mail for local.test, but none for
/// unknown@local.test.
class TranscriptServer {
 public:
  /// `transcript` and `dialect` are borrowed. Says the greeting.
  TranscriptServer(const Transcript& transcript, const smtp::Dialect& dialect);

  /// The next octets from the client. Like a connection, this asks the protocol until it needs
  /// more, and gives it what it did not consume again.
  void feed(std::string_view octets);

  [[nodiscard]] const std::string& output() const noexcept { return output_; }
  [[nodiscard]] smtp::State state() const noexcept { return protocol_.state(); }
  [[nodiscard]] Outcome outcome() const;

 private:
  [[nodiscard]] std::size_t step(std::string_view input, bool& needs_more);
  void end_message(const smtp::BodyEnd& text_end);
  [[nodiscard]] smtp::Reply decide();
  [[nodiscard]] smtp::Reply hello(const smtp::Command& command) const;
  [[nodiscard]] smtp::Reply recipient();
  [[nodiscard]] smtp::Reply help(const smtp::Command& command) const;
  [[nodiscard]] const smtp::Reply* chosen(std::string_view verb) const noexcept;
  [[nodiscard]] std::string envelope() const;

  const Transcript* transcript_;
  const smtp::Dialect* dialect_;
  smtp::ServerProtocol protocol_;
  std::string input_;
  std::string output_;
  std::string text_;
  std::vector<StoredMessage> stored_;
};

}  // namespace quoth::test
