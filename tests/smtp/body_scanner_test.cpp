#include <quoth/smtp/body_scanner.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/scan.hpp"

namespace quoth::smtp {
namespace {

struct Scanned {
  std::string text;
  std::size_t consumed = 0;
  bool ended = false;
  BodyFault fault = BodyFault::none;
  friend bool operator==(const Scanned&, const Scanned&) = default;
};

/// Lines of `text`, their CRLF cut; the last one may lack it.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return lines;
}

/// The beginning of `input` that can be judged without knowing what follows.
std::string_view without_open_end(std::string_view input) {
  const auto at_line_start = [&](std::size_t at) {
    return at == 0 || input.substr(0, at).ends_with("\r\n");
  };
  for (const std::string_view tail : {".\r", "."}) {
    if (input.ends_with(tail) && at_line_start(input.size() - tail.size())) {
      return input.substr(0, input.size() - tail.size());
    }
  }
  return input.substr(0, input.size() - (input.ends_with('\r') ? 1 : 0));
}

BodyFault fault_in(std::string_view line) {
  const std::size_t at = line.find_first_of(std::string_view{"\r\n\0", 3});
  if (at == std::string_view::npos) return BodyFault::none;
  if (line[at] == '\0') return BodyFault::nul;
  return line[at] == '\r' ? BodyFault::bare_cr : BodyFault::bare_lf;
}

/// What the scanner should make of all of `input`, found in the plainest way.
Scanned reference(std::string_view input, std::size_t line_limit) {
  Scanned result;
  // The line end before the dot may be that of DATA itself (RFC 5321 §4.1.1.4).
  const std::string behind_data = "\r\n" + std::string{input};
  const std::size_t end = behind_data.find("\r\n.\r\n");
  result.ended = end != std::string::npos;
  result.consumed = result.ended ? end + 3 : input.size();
  const std::string_view body = result.ended ? input.substr(0, end) : without_open_end(input);
  bool is_long = false;
  std::size_t at = 0;
  for (std::string_view line : lines_of(body)) {
    at += line.size();
    const bool has_end = body.substr(at).starts_with("\r\n");
    at += 2;
    if (line.starts_with('.')) line.remove_prefix(1);
    result.text.append(line).append(has_end ? "\r\n" : "");
    if (result.fault == BodyFault::none) result.fault = fault_in(line);
    is_long = is_long || line.size() + 2 > line_limit;
  }
  if (is_long && result.fault == BodyFault::none) result.fault = BodyFault::long_line;
  return result;
}

/// Feeds `piece` as a connection does: what is not consumed comes again.
void feed(BodyScanner& scanner, std::string_view piece, Scanned& result) {
  std::size_t calls = 0;
  while (!piece.empty() && !result.ended) {
    const BodyScanner::Found found = scanner.next(piece);
    result.text += found.text;
    result.consumed += found.consumed;
    result.ended = found.ended;
    piece.remove_prefix(found.consumed);
    ASSERT_LT(++calls, 100U) << "no progress";
  }
  result.fault = scanner.fault();
}

Scanned scan(const std::vector<std::string_view>& pieces, std::size_t line_limit) {
  BodyScanner scanner{{}, line_limit, Framing::dots};
  Scanned result;
  for (const std::string_view piece : pieces) feed(scanner, piece, result);
  return result;
}

std::string shown(std::string_view octets) {
  std::string text;
  for (const char c : octets) {
    switch (c) {
      case '\r': text += "\\r"; break;
      case '\n': text += "\\n"; break;
      case '\0': text += "\\0"; break;
      default: text += c;
    }
  }
  return text;
}

/// Whether the scanner agrees with the reference, whole, octet by octet and for every cut.
testing::AssertionResult agrees(std::string_view input, std::size_t line_limit) {
  const Scanned wanted = reference(input, line_limit);
  std::vector<std::string_view> octets;
  octets.reserve(input.size());
  for (std::size_t i = 0; i < input.size(); ++i) octets.push_back(input.substr(i, 1));
  if (scan(octets, line_limit) != wanted) {
    return testing::AssertionFailure() << shown(input) << " octet by octet";
  }
  for (std::size_t cut = 0; cut < input.size(); ++cut) {
    const Scanned got = scan({input.substr(0, cut), input.substr(cut)}, line_limit);
    if (got == wanted) continue;
    return testing::AssertionFailure()
           << shown(input) << " cut at " << cut << ": \"" << shown(got.text) << "\" instead of \""
           << shown(wanted.text) << "\", fault " << static_cast<int>(got.fault) << " instead of "
           << static_cast<int>(wanted.fault);
  }
  return testing::AssertionSuccess();
}

/// Calls `check` with all strings of `octets` up to `size` octets.
template <class Check>
void for_each_string(std::string_view octets, std::size_t size, const Check& check) {
  for (std::size_t length = 1; length <= size; ++length) {
    std::vector<std::size_t> digits(length, 0);
    std::string text(length, octets[0]);
    for (bool more = true; more;) {
      check(text);
      more = false;
      for (std::size_t i = 0; i < length && !more; ++i) {
        digits[i] = (digits[i] + 1) % octets.size();
        text[i] = octets[digits[i]];
        more = digits[i] != 0;
      }
    }
  }
}

TEST(BodyScanner, AgreesWithTheReferenceOnAllShortTexts) {
  constexpr std::string_view octets{"a.\r\n\0", 5};
  std::size_t count = 0;
  // Lines of four octets are too long here, so that short texts have such lines.
  for_each_string(octets, 8, [&](std::string_view text) {
    ++count;
    if (testing::Test::HasFailure()) return;
    EXPECT_TRUE(agrees(text, 5));
  });
  EXPECT_EQ(count, 488280U);
}

TEST(BodyScanner, AgreesWithTheReferenceOnLongerTextsOfLineEndsAndDots) {
  for_each_string(".\r\n", 10, [](std::string_view text) {
    if (testing::Test::HasFailure()) return;
    EXPECT_TRUE(agrees(text, 1000));
  });
}

// Whatever comes by whatever way of looking at many octets at once, before, on and behind where one
// look ends and the next begins.
TEST(BodyScanner, EachLineScannerAgreesWithTheReferenceOnShortTextsAmongPlainLines) {
  const std::string behind = "\r\n" + std::string(60, 'b') + "\r\n" + std::string(70, 'c') + "\r\n";
  const LineScanner& best = line_scanners().back();
  for (const LineScanner& scanner : line_scanners()) {
    use_line_scanner(scanner);
    for (std::size_t before = 59; before <= 65; ++before) {
      const std::string plain = std::string(before - 2 - 20, 'a') + "\r\n" + std::string(20, 'a');
      for_each_string(std::string_view{"a.\r\n\0", 5}, 5, [&](std::string_view text) {
        if (testing::Test::HasFailure()) return;
        const std::string input = std::string{plain}.append(text).append(behind);
        EXPECT_EQ(scan({input}, 1000), reference(input, 1000)) << scanner.name << shown(input);
      });
    }
  }
  use_line_scanner(best);
}

TEST(BodyScanner, EachLineScannerAgreesWithTheReferenceOnLineLimits) {
  const LineScanner& best = line_scanners().back();
  for (const LineScanner& scanner : line_scanners()) {
    use_line_scanner(scanner);
    for (std::size_t limit = 2; limit < 200; ++limit) {
      for (std::size_t octets = limit < 10 ? 0 : limit - 10; octets < limit + 5; ++octets) {
        const std::string input =
            "a\r\n" + std::string(octets, 'b') + "\r\n" + std::string(150, 'c') + "\r\n.\r\n";
        EXPECT_EQ(scan({input}, limit), reference(input, limit)) << scanner.name << shown(input);
      }
    }
  }
  use_line_scanner(best);
}

TEST(BodyScanner, LinesAtTheLimitAndBehindIt) {
  for (const std::size_t limit : {std::size_t{3}, std::size_t{20}, std::size_t{1000}}) {
    const std::string longest(limit - 2, 'x');
    for (const std::string& line : {longest, '.' + longest, "a\r\n" + longest}) {
      for (const std::string_view end : {"\r\n.\r\n", "\r\n", "\r", ""}) {
        EXPECT_TRUE(agrees(line + std::string{end}, limit)) << limit;
        EXPECT_TRUE(agrees(line + 'x' + std::string{end}, limit)) << limit;
      }
    }
    EXPECT_EQ(scan({longest, "\r\n.\r\n"}, limit).fault, BodyFault::none);
    EXPECT_EQ(scan({longest, "x\r\n.\r\n"}, limit).fault, BodyFault::long_line);
  }
}

TEST(BodyScanner, ALongLineIsToldOnlyIfNothingElseIsWrong) {
  EXPECT_EQ(scan({"aaaaaaaaaa\nb\r\n.\r\n"}, 5).fault, BodyFault::bare_lf);
  EXPECT_EQ(scan({"aaaaaaaaaa\r\nb\rb\r\n.\r\n"}, 5).fault, BodyFault::bare_cr);
  EXPECT_EQ(scan({std::string_view{"\0\n\r.", 4}}, 5).fault, BodyFault::nul);
}

TEST(BodyScanner, ALongLineMayEndWithABareOctetThatIsPassed) {
  const TextRules rules{.bare_line_ends = BareLineEnds::pass, .passes_nul = true};
  for (const char odd : {'\r', '\n', '\0'}) {
    for (const std::size_t octets : {2U, 3U}) {
      BodyScanner scanner{rules, 5, Framing::chunks};
      const std::string line = std::string(octets, 'x') + odd;
      static_cast<void>(scanner.next(line));
      static_cast<void>(scanner.finish());
      EXPECT_EQ(scanner.fault(), octets == 2 ? BodyFault::none : BodyFault::long_line);
    }
  }
}

TEST(BodyScanner, TextIsAViewOfTheInput) {
  constexpr std::string_view input = "a line\r\nanother\r\n.\r\n";
  BodyScanner scanner{{}, 1000, Framing::dots};
  const BodyScanner::Found found = scanner.next(input);
  EXPECT_EQ(found.text.data(), input.data());
  EXPECT_EQ(found.text, "a line\r\nanother\r\n");
}

TEST(BodyScanner, NothingBehindTheEndIsTouched) {
  BodyScanner scanner{{}, 1000, Framing::dots};
  std::string_view input = "a\r\n.\r\nNOOP\r\n";
  Scanned result;
  feed(scanner, input, result);
  EXPECT_TRUE(result.ended);
  EXPECT_EQ(input.substr(result.consumed), "NOOP\r\n");
}

TEST(BodyScanner, NoInputNoChange) {
  BodyScanner scanner{{}, 1000, Framing::dots};
  for (const std::string_view piece : {"", "a\r", "", "\n.", "", "\r", "", "\n"}) {
    const BodyScanner::Found found = scanner.next(piece);
    if (piece.empty()) {
      EXPECT_EQ(found.consumed, 0U);
      EXPECT_TRUE(found.text.empty());
      EXPECT_FALSE(found.ended);
    }
  }
}

}  // namespace
}  // namespace quoth::smtp
