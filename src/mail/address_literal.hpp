#pragma once

#include <string_view>

namespace quoth::mail {

/// Whether `text`, with its brackets, is an IPv4 or IPv6 address literal (RFC 5321 §4.1.3). General
/// literals ("[tag:…]") are none: no tag but IPv6 has ever been registered.
[[nodiscard]] bool is_address_literal(std::string_view text) noexcept;

}  // namespace quoth::mail
