#include "core/scan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>
#include <gtest/gtest.h>

namespace quoth {
namespace {

std::size_t naive_find(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' || text[i] == '\n' || text[i] == '\0') return i;
  }
  return text.size();
}

/// How many octets the plain lines at the beginning have: 0, then one more for each that is plain.
std::vector<std::size_t> naive_ends(std::string_view text, std::size_t line_limit) {
  std::vector<std::size_t> ends{0};
  while (true) {
    const std::string_view rest = text.substr(ends.back());
    const std::size_t size = rest.find("\r\n");
    if (size == std::string_view::npos || size + 2 > line_limit) return ends;
    if (rest.front() == '.' || naive_find(rest) != size) return ends;
    ends.push_back(ends.back() + size + 2);
  }
}

/// A page with none on either side: who reads beyond it dies.
class Island {
 public:
  Island() : page_{static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))} {
    void* const sea = ::mmap(nullptr, 3 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sea == MAP_FAILED) throw std::bad_alloc{};
    sea_ = static_cast<char*>(sea);
    begin_ = sea_ + page_;
    end_ = begin_ + page_;
    EXPECT_EQ(::mprotect(begin_, page_, PROT_READ | PROT_WRITE), 0);
  }
  Island(const Island&) = delete;
  Island& operator=(const Island&) = delete;
  ~Island() { ::munmap(sea_, 3 * page_); }

  /// `text` with its end at the end.
  std::string_view at_end(std::string_view text) { return copy(text, end_ - text.size()); }
  /// `text`, its first octet `skipped` octets behind the beginning.
  std::string_view at_begin(std::string_view text, std::size_t skipped) {
    return copy(text, begin_ + skipped);
  }

 private:
  static std::string_view copy(std::string_view text, char* where) {
    if (!text.empty()) std::memcpy(where, text.data(), text.size());
    return {where, text.size()};
  }

  std::size_t page_;
  char* sea_ = nullptr;
  char* begin_ = nullptr;
  char* end_ = nullptr;
};

constexpr std::size_t longest = 200;

void expect_skip(const LineScanner& scanner, std::string_view text, std::size_t line_limit) {
  const std::vector<std::size_t> ends = naive_ends(text, line_limit);
  const std::size_t skipped = scanner.skip_plain_lines(text, line_limit);
  ASSERT_TRUE(std::ranges::binary_search(ends, skipped))
      << testing::PrintToString(text) << " limit " << line_limit << " skipped " << skipped;
}

class EachLineScanner : public testing::TestWithParam<LineScanner> {};

INSTANTIATE_TEST_SUITE_P(Scan, EachLineScanner,
                         testing::ValuesIn(line_scanners().begin(), line_scanners().end()),
                         [](const auto& scanner) { return std::string{scanner.param.name}; });

TEST_P(EachLineScanner, FindsEachPositionOfEachLength) {
  Island island;
  for (std::size_t size = 0; size <= longest; ++size) {
    const std::string none(size, 'x');
    ASSERT_EQ(GetParam().find_line_octet(island.at_end(none)), size);
    for (std::size_t at = 0; at < size; ++at) {
      for (const char c : {'\r', '\n', '\0'}) {
        std::string text = none;
        text[at] = c;
        ASSERT_EQ(GetParam().find_line_octet(island.at_end(text)), at) << "size " << size;
      }
    }
  }
}

TEST_P(EachLineScanner, FindsTheFirstOfTwo) {
  Island island;
  for (std::size_t first = 0; first < 70; ++first) {
    for (std::size_t second = first + 1; second < 70; ++second) {
      std::string text(70, 'x');
      text[first] = '\n';
      text[second] = '\r';
      ASSERT_EQ(GetParam().find_line_octet(island.at_end(text)), first) << second;
    }
  }
}

TEST_P(EachLineScanner, PassesOverEveryOtherOctet) {
  Island island;
  for (int octet = 0; octet < 256; ++octet) {
    for (const char next : {'\r', '\xff', '\x0e', '\x01'}) {
      std::string text(71, static_cast<char>(octet));
      text[60] = next;
      ASSERT_EQ(GetParam().find_line_octet(island.at_end(text)), naive_find(text)) << octet;
    }
  }
}

TEST_P(EachLineScanner, FindsAtEachAlignmentAndLength) {
  Island island;
  for (std::size_t skipped = 0; skipped < 64; ++skipped) {
    for (std::size_t size = 0; size <= longest; ++size) {
      std::string text(size + 1, '\xff');
      text[size] = '\r';  // no part of the text
      const std::string_view placed = island.at_begin(text, skipped).substr(0, size);
      ASSERT_EQ(GetParam().find_line_octet(placed), size) << skipped;
      if (size > 0) text[size * 3 / 4] = '\0';
      ASSERT_EQ(GetParam().find_line_octet(island.at_begin(text, skipped).substr(0, size)),
                size * 3 / 4);
    }
  }
}

TEST_P(EachLineScanner, SkipsNothingThatIsNotPlain) {
  Island island;
  std::mt19937 random{2026};  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const std::vector<std::string> parts{"\r\n", "\r\n", "\r\n",  "a", std::string(7, 'b'), "\t",
                                       ".",    "\xff", "a\r\n", "c", std::string(30, 'd')};
  const std::vector<std::string> odd{"\r", "\n", std::string(1, '\0'), "\r\n.", "\r\r\n"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    while (text.size() < random() % longest) {
      text += random() % 40 == 0 ? odd[random() % odd.size()] : parts[random() % parts.size()];
    }
    text.resize(std::min(text.size(), longest));
    const std::size_t line_limit = random() % 2 == 0 ? 1000 : random() % 150;
    ASSERT_NO_FATAL_FAILURE(expect_skip(GetParam(), island.at_end(text), line_limit));
    ASSERT_NO_FATAL_FAILURE(
        expect_skip(GetParam(), island.at_begin(text, random() % 64), line_limit));
  }
}

TEST_P(EachLineScanner, SkipsPlainLinesToTheLastFew) {
  Island island;
  for (std::size_t columns = 0; columns < 130; ++columns) {
    std::string text;
    while (text.size() < 1000) text += std::string(columns, 'x') + "\r\n";
    const std::size_t skipped = GetParam().skip_plain_lines(island.at_end(text), 1000);
    EXPECT_EQ(skipped % (columns + 2), 0U);
    EXPECT_GT(skipped + 66 + columns + 2, text.size());
  }
}

TEST_P(EachLineScanner, IsUsedWhenTold) {
  use_line_scanner(GetParam());
  EXPECT_EQ(find_line_octet("abc\r\n"), 3U);
  const std::string text(500, '\n');
  EXPECT_EQ(skip_plain_lines(text, 1000), 0U);
  use_line_scanner(line_scanners().back());
}

TEST(LineScanners, ThePortableOneIsFirst) {
  EXPECT_EQ(line_scanners().front().name, "portable");
  EXPECT_EQ(find_line_octet({}), 0U);
  EXPECT_EQ(skip_plain_lines({}, 1000), 0U);
}

}  // namespace
}  // namespace quoth
