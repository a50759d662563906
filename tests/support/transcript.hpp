#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/limits.hpp>
#include <quoth/smtp/reply.hpp>
#include <quoth/smtp/verb.hpp>

namespace quoth::test {

/// A message that the server took.
struct StoredMessage {
  std::string envelope;  ///< "<ann@client.test> BODY=8BITMIME to <user@local.test>".
  std::string text;      ///< Octet for octet.
  friend bool operator==(const StoredMessage&, const StoredMessage&) = default;
};

/// What the client says at once, what must come back before it says more, and where the server
/// stands then.
struct Exchange {
  std::string client;
  std::string server;
  std::optional<smtp::State> state{};
};

/// One conversation as tests/transcripts/README.md describes it.
struct Transcript {
  std::string name;
  smtp::Limits limits{};
  smtp::Protocol protocol = smtp::Protocol::smtp;
  std::vector<std::string> undefined{};                        ///< Verbs and extensions.
  std::vector<std::string> offered{};                          ///< Extensions.
  std::vector<std::pair<std::string, smtp::Reply>> replies{};  ///< Of handlers, by verb.
  std::vector<Exchange> exchanges{};
  std::vector<StoredMessage> stored{};

  /// All that the client says; all that the server says.
  [[nodiscard]] std::string client() const;
  [[nodiscard]] std::string server() const;
};

/// Reads the conversations of a file. `name` stands before the name of each.
/// @throws std::runtime_error with the number of the line that is wrong.
[[nodiscard]] std::vector<Transcript> parse_transcripts(std::string_view name,
                                                        std::string_view text);
[[nodiscard]] std::vector<Transcript> read_transcripts(const std::filesystem::path& file);

/// The octets that a text with escapes stands for: \r \n \t \0 \\ \xHH, and \{20 ab} for twenty
/// times "ab".
/// @throws std::runtime_error if an escape is none.
[[nodiscard]] std::string unescape(std::string_view text);

/// `octets` as lines of a transcript: "C: …" for those that end with CRLF, "C! …" otherwise.
[[nodiscard]] std::string as_lines(char speaker, std::string_view octets);

[[nodiscard]] std::string_view word(smtp::State state) noexcept;

}  // namespace quoth::test
