#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quoth::smtp {

/// The octets that `text`, xtext of RFC 3461 §4, stands for; none if it is no xtext. They may be
/// any octets: the caller says which can be.
[[nodiscard]] std::optional<std::string> decode_xtext(std::string_view text);

/// `octets` as xtext: those outside of "!" to "~", "+" and "=" as "+XX".
[[nodiscard]] std::string encode_xtext(std::string_view octets);

/// The UTF-8 that an address of the type "utf-8" stands for, in any of its forms (RFC 6533 §3): as
/// it is, or with characters as "\x{HEX}". None if it is none of them, or has a control in it.
[[nodiscard]] std::optional<std::string> decode_utf8_address(std::string_view text);

/// `text`, which is UTF-8, in the form that is safe where SMTPUTF8 is not: utf-8-addr-xtext.
[[nodiscard]] std::string encode_utf8_address(std::string_view text);

/// Whether all octets are those of printable ASCII, spaces included.
[[nodiscard]] bool is_printable_ascii(std::string_view text) noexcept;

}  // namespace quoth::smtp
