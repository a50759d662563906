#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quoth::conform {

/// What was sent and what came, in order, for whoever reads the verdict.
class Dialogue {
 public:
  enum class Who : std::uint8_t { client, server, note };

  struct Turn {
    Who who = Who::note;
    std::string octets;    ///< The first of them: no more than max_shown.
    std::size_t size = 0;  ///< How many there were.
  };

  static constexpr std::size_t max_shown = 2048;

  /// Octets of the same side in a row become one turn.
  void add(Who who, std::string_view octets);
  void note(std::string_view text) { add(Who::note, text); }

  /// Shows `name` wherever we send `secret` from now on.
  void hide(std::string secret, std::string name);

  [[nodiscard]] const std::vector<Turn>& turns() const noexcept { return turns_; }

 private:
  std::vector<Turn> turns_;
  std::vector<std::pair<std::string, std::string>> hidden_;
};

}  // namespace quoth::conform
