#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quoth::mail {

inline constexpr std::size_t max_domain_bytes = 255;  ///< RFC 5321 §4.5.3.1.2.
inline constexpr std::size_t max_label_bytes = 63;    ///< RFC 1035 §2.3.4.

/// What stands at the beginning of a text in the place of a domain.
struct DomainScan {
  std::size_t size = 0;  ///< Octets that are letters, digits, hyphens or dots.
  bool valid =
      false;  ///< Whether they make a Domain (RFC 5321 §4.1.2); its length is not looked at.
  bool ascii = true;  ///< Otherwise there are U-labels, which IDNA has yet to judge.
};

/// What else counts as a letter.
enum class Letters : std::uint8_t {
  ascii,
  underscores,
  utf8,  ///< Characters over U+007F (RFC 6531 §3.3).
};

/// Reads as many octets as a domain can have.
[[nodiscard]] DomainScan scan_domain(std::string_view text,
                                     Letters letters = Letters::ascii) noexcept;

}  // namespace quoth::mail
