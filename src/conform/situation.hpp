#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "conform/case.hpp"
#include "conform/outcome.hpp"
#include "conform/places.hpp"
#include "conform/reply.hpp"
#include "conform/target.hpp"

namespace quoth::conform {

/// Larger limits of LIMITS (RFC 9422) are not tried.
inline constexpr std::size_t max_tried_limit = 200;

/// What a run knows of its server: from its options, and from the first EHLO.
struct Situation {
  Endpoint endpoint;
  bool is_lmtp = false;
  bool has_maildir = false;
  std::chrono::milliseconds timeout{10'000};  ///< Of each wait.
  /// Keyword in upper case, then its parameters.
  std::map<std::string, std::string, std::less<>> extensions = {};
  Places places = {};  ///< Those that are the same for all cases.
};

/// Why a case cannot be run.
struct Missing {
  Outcome::Skip skip = Outcome::Skip::none;
  std::string what;
};

/// What a case needs and is not there; Skip::none: all is.
[[nodiscard]] Missing missing(std::string_view needs, const Situation& situation);

/// Notes what an answer to EHLO announces, and fills {size}.
void learn_extensions(const Reply& ehlo, Situation& situation);

}  // namespace quoth::conform
