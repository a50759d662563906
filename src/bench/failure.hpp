#pragma once

#include <stdexcept>
#include <string>

namespace quoth::bench {

/// There is nothing to measure: what() says why, in words for people.
class Unmeasurable : public std::runtime_error {
 public:
  Unmeasurable(const std::string& what, std::string advice)
      : std::runtime_error{what}, advice_{std::move(advice)} {}

  /// What to do about it; may be empty.
  [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

 private:
  std::string advice_;
};

}  // namespace quoth::bench
