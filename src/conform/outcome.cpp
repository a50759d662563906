#include "conform/outcome.hpp"

#include <string_view>

namespace quoth::conform {

std::string_view name(Outcome::Status status) noexcept {
  switch (status) {
    case Outcome::Status::passed: return "passed";
    case Outcome::Status::failed: return "failed";
    case Outcome::Status::skipped: return "skipped";
  }
  return "";
}

std::string_view describe(Outcome::Skip skip) noexcept {
  switch (skip) {
    case Outcome::Skip::none: return "";
    case Outcome::Skip::not_offered: return "extension not offered";
    case Outcome::Skip::protocol: return "about the other protocol";
    case Outcome::Skip::option: return "an option is missing";
    case Outcome::Skip::refused: return "refused before the point";
    case Outcome::Skip::ended: return "ended by the server";
  }
  return "";
}

}  // namespace quoth::conform
