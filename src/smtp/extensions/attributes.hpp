#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <quoth/smtp/reply.hpp>

// "NAME=value NAME=value", as XCLIENT and XFORWARD have it. Each reader of a value says none if it
// cannot be; what is unknown ("[UNAVAILABLE]") is empty, or 0.

namespace quoth::smtp::attribute {

struct Attribute {
  std::string name;           ///< In upper case.
  std::string value;          ///< Decoded: UTF-8 without controls, 1 to 255 octets; empty: unknown.
  bool is_temporary = false;  ///< It is unknown for now alone ("[TEMPUNAVAIL]").
};

/// Takes the attributes apart, of which each is one of `known` and comes once; or says what is
/// wrong: 501 5.5.4.
[[nodiscard]] std::variant<std::vector<Attribute>, Reply> read(
    std::string_view argument, std::span<const std::string_view> known);

/// The names of `known` for EHLO.
[[nodiscard]] std::string join(std::span<const std::string_view> known);

/// 501 5.5.4 for a value that its reader does not take.
[[nodiscard]] Reply wrong(const Attribute& attribute);

/// A host name, in lower case.
[[nodiscard]] std::optional<std::string> host_name(std::string_view value);
/// "192.0.2.7", or "IPV6:2001:db8::1" without its tag.
[[nodiscard]] std::optional<std::string> address(std::string_view value);
[[nodiscard]] std::optional<std::uint16_t> port(std::string_view value);
/// One of `words`, in upper case as they are.
[[nodiscard]] std::optional<std::string> word(std::string_view value,
                                              std::span<const std::string_view> words);

}  // namespace quoth::smtp::attribute
