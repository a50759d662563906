#include <quoth/mail/header.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace quoth::mail {
namespace {

using namespace std::string_view_literals;
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

struct Case {
  std::string_view octets;
  Fields fields;
};

const auto cases = std::to_array<Case>({
    {"", {}},
    {"\r\n", {}},
    {"A: b\r\n\r\n", {{"A", " b"}}},
    {"A: b\r\n", {{"A", " b"}}},
    {"A: b", {{"A", " b"}}},
    {"A:b\r\nC:d\r\n\r\n", {{"A", "b"}, {"C", "d"}}},
    {"A: b\r\na: c\r\nA: b\r\n", {{"A", " b"}, {"a", " c"}, {"A", " b"}}},
    // Values.
    {"A:\r\nB: \r\nC: \t \r\n", {{"A", ""}, {"B", " "}, {"C", " \t "}}},
    {"A:", {{"A", ""}}},
    {"A: b: c:\r\n", {{"A", " b: c:"}}},
    // Folded (RFC 5322 §2.2.3).
    {"A: b\r\n c\r\n\td\r\nE: f\r\n\r\n", {{"A", " b\r\n c\r\n\td"}, {"E", " f"}}},
    {"A:\r\n b\r\n", {{"A", "\r\n b"}}},
    {"A: b\r\n \r\n c\r\n", {{"A", " b\r\n \r\n c"}}},
    {"A: b\r\n c", {{"A", " b\r\n c"}}},
    {"A: b\r\n X: y\r\n", {{"A", " b\r\n X: y"}}},
    // The obsolete syntax has white space before the colon, on the same line (RFC 5322 §4.5).
    {"A : b\r\nC \t : d\r\n", {{"A", " b"}, {"C", " d"}}},
    {"A \r\n : b\r\nC: d\r\n", {{"C", " d"}}},
    // Lines without a colon belong to no field, and neither does what is folded into them.
    {"hello\r\nA: b\r\n", {{"A", " b"}}},
    {"hello\r\n X: y\r\nA: b\r\n", {{"A", " b"}}},
    {"A: b\r\nhello", {{"A", " b"}}},
    {" X: y\r\nA: b\r\n", {{"A", " b"}}},
    {"\r\nA: b\r\n", {{"A", " b"}}},
    // Names that are none: whoever looks for a field does not find them.
    {": a\r\n : b\r\n", {{"", " a\r\n : b"}}},
    {"A b: c\r\n", {{"A b", " c"}}},
    {"\xc3\xbc: b\r\n", {{"\xc3\xbc", " b"}}},
    // Any octets.
    {"A: \0\xff\x7f\r\n"sv, {{"A", " \0\xff\x7f"sv}}},
    {"A\0: b\r\n"sv, {{"A\0"sv, " b"}}},
    {"A: b\nC: d\r\n", {{"A", " b\nC: d"}}},
    {"A: b\rC: d\r\r\n", {{"A", " b\rC: d\r"}}},
});

Fields fields_of(const HeaderSection& section) {
  Fields fields;
  for (const HeaderField& field : section.fields()) fields.emplace_back(field.name, field.value);
  return fields;
}

TEST(HeaderSection, HasItsFieldsInOrderAsTheyCame) {
  for (const Case& each : cases) {
    const HeaderSection section{each.octets};
    EXPECT_EQ(fields_of(section), each.fields) << testing::PrintToString(each.octets);
    EXPECT_EQ(section.octets(), each.octets);
  }
}

TEST(HeaderSection, OfNothingIsEmpty) {
  const HeaderSection section;
  EXPECT_TRUE(section.fields().empty());
  EXPECT_EQ(section.octets(), "");
  EXPECT_EQ(section.find(""), std::nullopt);
  EXPECT_EQ(section.count("A"), 0U);
}

TEST(HeaderSection, FindsTheFirstOfANameUnfoldedAndWithoutWhiteSpaceAtItsEnds) {
  const HeaderSection section{
      "Subject: \t one\r\n two \r\n\t\r\nSUBJECT: later\r\nEmpty:\r\nBlank: \r\n \r\n"
      "Octets: \0\xff \r\nsubject : again\r\n\r\n"sv};
  EXPECT_EQ(section.find("subject"), "one two");
  EXPECT_EQ(section.find("Empty"), "");
  EXPECT_EQ(section.find("Blank"), "");
  EXPECT_EQ(section.find("Octets"), std::string{"\0\xff"sv});
  EXPECT_EQ(section.find("Subjec"), std::nullopt);
  EXPECT_EQ(section.find("Subjects"), std::nullopt);
  EXPECT_EQ(section.find(""), std::nullopt);
}

TEST(HeaderSection, CountsTheFieldsOfANameInAnyCase) {
  const HeaderSection section{"A: 1\r\na : 2\r\nAB: A: 3\r\nB: 4\r\n A: 5\r\nA:\r\n\r\n"};
  EXPECT_EQ(section.count("a"), 3U);
  EXPECT_EQ(section.count("Ab"), 1U);
  EXPECT_EQ(section.count("C"), 0U);
}

TEST(Unfold, DropsTheLineEndsAndNothingElse) {
  using Pair = std::pair<std::string_view, std::string_view>;
  for (const auto& [value, line] : std::to_array<Pair>({{"", ""},
                                                        {" a ", " a "},
                                                        {" a\r\n b", " a b"},
                                                        {" a\r\n\tb\r\n  c ", " a\tb  c "},
                                                        {"\r\n a", " a"},
                                                        {" a\r\n ", " a "},
                                                        {"a\nb\rc", "a\nb\rc"},
                                                        {"a\0\r\n b"sv, "a\0 b"sv}})) {
    EXPECT_EQ(unfold(value), line) << testing::PrintToString(value);
  }
}

}  // namespace
}  // namespace quoth::mail
