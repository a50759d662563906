#pragma once

#include <cstddef>
#include <string_view>

#include <quoth/result.hpp>

#include "net/proxy_header.hpp"

// The two forms of a header of the PROXY protocol, for ProxyHeaderParser.

namespace quoth::net::proxy {

inline constexpr std::string_view v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};

/// Whether `octets` begin a line of version 1, or may once there are more of them.
[[nodiscard]] bool may_be_line(std::string_view octets) noexcept;

/// How many octets more a line has for certain that begins like this and has no line end yet.
[[nodiscard]] std::size_t missing_of_line(std::string_view begin) noexcept;

/// Reads a line of version 1, with its CRLF.
[[nodiscard]] Result<ProxyHeader> read_line(std::string_view line);

/// How many octets follow the sixteen of `fixed_part`.
[[nodiscard]] std::size_t block_size(std::string_view fixed_part) noexcept;

/// What is wrong with the first sixteen octets of version 2, if anything is.
[[nodiscard]] Result<void> check_fixed_part(std::string_view fixed_part) noexcept;

/// Reads a header of version 2 whose fixed part is good.
[[nodiscard]] Result<ProxyHeader> read_block(std::string_view header);

/// Takes the fields (TLVs) of a header of version 2, which are at its end from `begin` on.
[[nodiscard]] Result<void> read_fields(std::string_view header, std::size_t begin,
                                       ProxyHeader& result);

}  // namespace quoth::net::proxy
