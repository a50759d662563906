#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/transcript.hpp"

namespace quoth::test {

/// Makes transcripts of lines. Every function throws std::runtime_error for what is no transcript.
class TranscriptParser {
 public:
  explicit TranscriptParser(std::string_view file) : file_{file} {}

  void line(std::string_view line);
  [[nodiscard]] std::vector<Transcript> finish();

 private:
  /// What the conversation had when "repeat" stood there.
  struct Repeat {
    unsigned count = 0;
    std::vector<std::string> lines{};
  };

  void begin(std::string_view title);
  void option(std::string_view line);
  void repeat(std::string_view line);
  void dialogue(std::string_view line);
  void start(std::string_view state);
  void client(std::string_view octets);
  void server(std::string_view octets);
  void stands(char speaker, std::string_view value);
  [[nodiscard]] Transcript& current();
  [[nodiscard]] Exchange& exchange();
  [[nodiscard]] StoredMessage& message();

  std::string file_;
  std::vector<Transcript> transcripts_;
  Repeat repeat_;
  bool is_repeating_ = false;
  bool is_closed_ = false;       // by the server; the client may go on while it does not know
  bool is_gone_ = false;         // the client
  bool stores_nothing_ = false;  // "M= nothing" said so
};

}  // namespace quoth::test
