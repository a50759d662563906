#pragma once

#include <string_view>

#include <quoth/smtp/verb.hpp>

namespace quoth::smtp {

/// Where a positive reply to a verb of this effect leads from `state`: the one place that says so.
[[nodiscard]] State after(State state, Effect effect) noexcept;

/// What the 503 says to a verb that is not allowed in `state`.
[[nodiscard]] std::string_view out_of_order_text(State state, States allowed) noexcept;

}  // namespace quoth::smtp
