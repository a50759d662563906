#include "core/scan.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace quoth {
namespace {

std::size_t naive(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || text[i] == '\n' || text[i] == '\0') return i;
  }
  return text.size();
}

/// Scans a copy of exactly the size of `text`, so that AddressSanitizer sees a read beyond it.
std::size_t scan_copy(std::string_view text) {
  const std::vector<char> copy{text.begin(), text.end()};
  return find_line_octet({copy.data(), copy.size()});
}

TEST(FindLineOctet, EachPositionOfEachLength) {
  for (std::size_t size = 0; size <= 70; ++size) {
    const std::string none(size, 'x');
    ASSERT_EQ(scan_copy(none), size);
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'\r', '\n', '\0'}) {
        std::string text = none;
        text[at] = c;
        ASSERT_EQ(scan_copy(text), at) << "size " << size;
      }
    }
  }
}

TEST(FindLineOctet, TheFirstOfTwo) {
  for (std::size_t first = 0; first < 40; ++first) {
    for (std::size_t second = first + 1; second < 40; ++second) {
      std::string text(40, 'x');
      text[first] = '\n';
      text[second] = '\r';
      ASSERT_EQ(scan_copy(text), first) << second;
    }
  }
}

TEST(FindLineOctet, EveryOtherOctetIsPassedOver) {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string text(37, static_cast<char>(octet));
    ASSERT_EQ(scan_copy(text), naive(text)) << octet;
  }
}

TEST(FindLineOctet, EachAlignment) {
  std::string text(64, '\xff');
  text[50] = '\r';
  for (std::size_t begin = 0; begin <= text.size(); ++begin) {
    const std::string_view rest = std::string_view{text}.substr(begin);
    ASSERT_EQ(find_line_octet(rest), naive(rest)) << begin;
  }
}

TEST(FindLineOctet, LooksNoFurtherThanTheEnd) {
  EXPECT_EQ(find_line_octet({}), 0U);
  EXPECT_EQ(find_line_octet(std::string_view{"abc\r\n"}.substr(0, 3)), 3U);
  const std::string text = std::string(32, 'x') + '\n';
  EXPECT_EQ(find_line_octet(std::string_view{text}.substr(0, 32)), 32U);
}

}  // namespace
}  // namespace quoth
