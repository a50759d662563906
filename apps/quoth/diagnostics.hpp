#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quoth::app {

/// A place in a text. Both count from 1; a column is a character, not an octet. Line 0: nowhere.
struct Position {
  std::size_t line = 0;
  std::size_t column = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

/// From `begin` up to `end`, which is the first place after it.
struct Region {
  Position begin;
  Position end;
};

/// All that is wrong with a file, in the order of the file.
class Diagnostics {
 public:
  /// Copies the text, to quote its lines.
  Diagnostics(std::string filename, std::string_view text);

  /// `message` says what is wrong, without the place; `hint` stands at the caret and says what to
  /// do. A region without a place is about the file as a whole.
  void error(std::string message, Region where, std::string hint);
  void warning(std::string message, Region where, std::string hint);

  [[nodiscard]] std::size_t error_count() const noexcept { return error_count_; }
  [[nodiscard]] std::size_t warning_count() const noexcept {
    return findings_.size() - error_count_;
  }

  /// Each finding with its line and a caret below the place. Empty: nothing was found. The last
  /// line counts them, and gives the exit code if there is an error.
  [[nodiscard]] std::string render() const;

  /// Each warning in one line, with its place, for a log.
  [[nodiscard]] std::vector<std::string> warning_lines() const;

 private:
  struct Finding {
    bool is_error;
    std::string message;
    Region where;
    std::string hint;
  };

  [[nodiscard]] std::vector<Finding> in_order() const;
  /// `message in FILE:LINE:COLUMN`.
  [[nodiscard]] std::string headline(const Finding& finding) const;
  void append(const Finding& finding, std::string& out) const;

  std::string filename_;
  std::vector<std::string> lines_;
  std::vector<Finding> findings_;
  std::size_t error_count_ = 0;
};

/// "1 error", "2 errors".
[[nodiscard]] std::string counted(std::size_t count, std::string_view noun);

}  // namespace quoth::app
