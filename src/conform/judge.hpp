#pragma once

#include <string>
#include <string_view>

#include "conform/case.hpp"
#include "conform/reply.hpp"

namespace quoth::conform {

/// Whether `code` is one of `codes`, as "250", "5xx" or "250|4xx".
[[nodiscard]] bool is_among(unsigned code, std::string_view codes) noexcept;

/// Whether `codes` names this word, such as "end".
[[nodiscard]] bool names(std::string_view codes, std::string_view word) noexcept;

/// What is wrong with a reply to `step`, whose texts are filled; empty: nothing.
[[nodiscard]] std::string problem_of(const Step& step, const Reply& reply);

/// The octets of a reply on one line, for a sentence.
[[nodiscard]] std::string shown(const Reply& reply);

}  // namespace quoth::conform
