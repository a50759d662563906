#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quoth::test {

/// The octets that pairs of hexadecimal digits stand for, as RFCs print them.
inline std::string from_hex(std::string_view digits) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    octets.push_back(static_cast<char>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16)));
  }
  return octets;
}

}  // namespace quoth::test
