#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conform/case.hpp"
#include "conform/dialogue.hpp"

namespace quoth::conform {

/// What became of a case.
struct Outcome {
  enum class Status : std::uint8_t { passed, failed, skipped };

  /// Why a case was not run, or not judged.
  enum class Skip : std::uint8_t {
    none,
    not_offered,  ///< An extension that the server does not announce.
    protocol,     ///< About SMTP where LMTP is spoken, or the other way round.
    option,       ///< An option is missing that the case needs.
    refused,      ///< The server did not let us get there, as it may.
    ended,        ///< The server ended the session, by 421 or without a word, or let us in no more.
  };

  const Case* about = nullptr;  ///< Lives as long as the report.
  Status status = Status::passed;
  Skip skip = Skip::none;
  std::string detail;        ///< What was wrong, or why it was skipped. Escaped nowhere.
  bool has_verdict = false;  ///< A step that decides got its reply,
  bool was_taken = false;    ///< and it was a positive one.
  std::string mark;          ///< The words that {mark} and {mark2} stood for.
  std::string mark2;
  Dialogue dialogue;
  std::chrono::milliseconds duration{0};
};

[[nodiscard]] std::string_view name(Outcome::Status status) noexcept;
[[nodiscard]] std::string_view describe(Outcome::Skip skip) noexcept;

}  // namespace quoth::conform
