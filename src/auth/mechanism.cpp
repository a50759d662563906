#include "auth/mechanism.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/assert.hpp>

#include "auth/makers.hpp"
#include "auth/name.hpp"
#include "core/ascii.hpp"

namespace quoth::auth {
namespace {

constexpr std::array table{
    Mechanism{.name = "SCRAM-SHA-256-PLUS", .needs_binding = true, .make = make_scram_sha256_plus},
    Mechanism{.name = "SCRAM-SHA-1-PLUS", .needs_binding = true, .make = make_scram_sha1_plus},
    Mechanism{.name = "SCRAM-SHA-256", .make = make_scram_sha256},
    Mechanism{.name = "SCRAM-SHA-1", .make = make_scram_sha1},
    Mechanism{.name = "EXTERNAL", .needs_certificate = true, .make = make_external},
    Mechanism{.name = "OAUTHBEARER", .is_plain_text = true, .make = make_oauthbearer},
    Mechanism{.name = "XOAUTH2", .is_plain_text = true, .make = make_xoauth2},
    Mechanism{.name = "PLAIN", .is_plain_text = true, .make = make_plain},
    Mechanism{.name = "LOGIN", .is_plain_text = true, .make = make_login},
};

}  // namespace

Step Exchange::begin(std::optional<std::string_view> initial) {
  QUOTH_ASSERT(turn_ == Turn::start);
  if (!initial) return proceed(invite());
  turn_ = Turn::response;
  return respond(*initial);
}

Step Exchange::respond(std::string_view response) {
  QUOTH_ASSERT(turn_ == Turn::response);
  if (response.size() > max_message_bytes) return proceed(malformed_message);
  return proceed(take(response));
}

Step Exchange::settle(Verdict verdict) {
  QUOTH_ASSERT(turn_ == Turn::verdict);
  return proceed(judge(std::move(verdict)));
}

Step Exchange::proceed(Step step) {
  if (std::holds_alternative<Challenge>(step)) {
    turn_ = Turn::response;
  } else if (std::holds_alternative<Question>(step)) {
    turn_ = Turn::verdict;
  } else {
    turn_ = Turn::over;
  }
  return step;
}

std::span<const Mechanism> mechanisms() noexcept { return table; }

const Mechanism* find_mechanism(std::string_view name) noexcept {
  const auto* const found = std::ranges::find_if(
      table, [&](const Mechanism& each) { return ascii::iequals(each.name, name); });
  return found == table.end() ? nullptr : found;
}

}  // namespace quoth::auth
