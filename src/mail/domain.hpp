#pragma once

#include <cstddef>
#include <string_view>

namespace quoth::mail {

inline constexpr std::size_t max_domain_bytes = 255;  ///< RFC 5321 §4.5.3.1.2.
inline constexpr std::size_t max_label_bytes = 63;    ///< RFC 1035 §2.3.4.

/// What stands at the beginning of a text in the place of a domain.
struct DomainScan {
  std::size_t size;  ///< Octets that are letters, digits, hyphens or dots.
  bool valid;  ///< Whether they make a Domain (RFC 5321 §4.1.2); its length is not looked at.
};

/// Reads as many octets as a domain can have. With `underscores`, these count as letters.
[[nodiscard]] DomainScan scan_domain(std::string_view text, bool underscores = false) noexcept;

}  // namespace quoth::mail
