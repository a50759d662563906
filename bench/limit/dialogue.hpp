// The server's part of an SMTP dialogue, reduced to the replies that keep a client going.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace limit {

inline constexpr std::string_view banner = "220 limit.example.test ESMTP\r\n";

/// Finds the CRLF.CRLF that ends a text which comes in pieces.
class EndOfText {
 public:
  static constexpr std::size_t none = std::string_view::npos;

  /// How many octets of `piece` the text still has, its end included; none: all, and more is due.
  std::size_t find(std::string_view piece);

 private:
  void remember(std::string_view piece);

  static constexpr std::size_t most = 4;  ///< One octet less than the end has.

  std::array<char, most> last_{'\r', '\n'};  ///< Of what came so far; at first, of `DATA`'s line.
  std::size_t kept_ = 2;
};

/// Answers what a well-behaved client sends. It looks at the first letter of each command and takes
/// all it says for granted.
class Dialogue {
 public:
  enum class Then : std::uint8_t { read_on, close, start_tls };

  explicit Dialogue(bool offers_tls) noexcept : offers_tls_{offers_tls} {}

  /// Takes what was read and appends all replies that are due.
  Then take(std::string_view input, std::string& replies);

  /// No STARTTLS from here on.
  void tls_started() noexcept { offers_tls_ = false; }

 private:
  enum class Expects : std::uint8_t { command, text, chunk };

  std::size_t take_command(std::string_view input, std::string& replies, Then& then);
  std::size_t take_text(std::string_view input, std::string& replies);
  std::size_t take_chunk(std::string_view input, std::string& replies);
  Then answer(std::string_view command, std::string& replies);
  void begin_chunk(std::string_view command, std::string& replies);

  Expects expects_ = Expects::command;
  bool offers_tls_;
  EndOfText end_;
  std::size_t chunk_left_ = 0;
  std::string begun_;  ///< The start of a command whose end has not come.
};

}  // namespace limit
