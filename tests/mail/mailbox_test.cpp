#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

#include "mail/path.hpp"

namespace quoth::mail {
namespace {

Mailbox mailbox(std::string_view text) { return Mailbox::parse(text).value(); }

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

bool naive_is_label(const std::string& label) {
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         label.find_first_not_of("a1-") == std::string::npos;
}

bool naive_is_domain(const std::string& domain) {
  return std::ranges::all_of(split(domain, '.'), naive_is_label) &&
         domain.find_first_not_of("1.") != std::string::npos;
}

bool naive_is_local_part(const std::string& local) {
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    for (std::size_t i = 1; i + 1 < local.size(); ++i) {
      if (local[i] == '"') return false;
      if (local[i] == '\\') ++i;
      if (i + 1 == local.size()) return false;
    }
    return true;
  }
  return std::ranges::all_of(split(local, '.'), [](const std::string& atom) {
    return !atom.empty() && atom.find_first_not_of("a1-") == std::string::npos;
  });
}

/// The domain of a mailbox holds no "@" here, so the last one divides it.
bool naive_is_mailbox(const std::string& text) {
  const std::size_t at = text.rfind('@');
  return at != std::string::npos && naive_is_local_part(text.substr(0, at)) &&
         naive_is_domain(text.substr(at + 1));
}

void expect_consistent(const Mailbox& mailbox) {
  const Result<Mailbox> again = Mailbox::parse(mailbox.text());
  ASSERT_TRUE(again) << mailbox.text();
  ASSERT_EQ(*again, mailbox);
  ASSERT_EQ(again->text(), mailbox.text());
  const Result<PathAt<Mailbox>> path = forward_path_at(to_path(mailbox));
  ASSERT_TRUE(path) << mailbox.text();
  ASSERT_EQ(path->path, mailbox);
}

TEST(Mailbox, AgreesWithTheReferenceOnAllShortTexts) {
  constexpr std::string_view alphabet = "a1-.@\"\\ ";
  std::size_t accepted = 0;
  for (std::size_t size = 0; size <= 6; ++size) {
    for (std::size_t number = 0; number < (std::size_t{1} << (3 * size)); ++number) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i) text += alphabet[(number >> (3 * i)) % 8];
      const Result<Mailbox> parsed = Mailbox::parse(text);
      ASSERT_EQ(parsed.has_value(), naive_is_mailbox(text)) << text;
      if (!parsed) continue;
      expect_consistent(*parsed);
      ++accepted;
    }
  }
  EXPECT_GT(accepted, 500U);
}

TEST(Mailbox, TakesTheWholeTextOnly) {
  EXPECT_TRUE(Mailbox::parse("u@d"));
  for (const std::string_view text : {"", "<u@d>", "u@d>", "u@d ", " u@d", "u@d\r\n", "u@d,v@d",
                                      "@x:u@d", "u", "u@", "@d", "Postmaster", "u@[127.0.0.1]x"}) {
    EXPECT_FALSE(Mailbox::parse(text)) << text;
  }
  EXPECT_FALSE(Mailbox::parse(std::string_view{"u@d\0", 4}));
  EXPECT_EQ(Mailbox::parse("Postmaster").error(), Errc::missing_domain);
  EXPECT_EQ(Mailbox::parse("u@d\xC3\xA4").error(), Errc::non_ascii);
}

TEST(Mailbox, CountsTheBracketsItWillHave) {
  std::string text = "u@" + std::string(252, 'd');
  for (std::size_t dot = 2 + 63; dot < text.size(); dot += 64) text[dot] = '.';
  ASSERT_EQ(text.size() + 2, 256U);
  EXPECT_TRUE(Mailbox::parse(text));
  EXPECT_EQ(Mailbox::parse("u" + text).error(), Errc::path_too_long);
}

TEST(Mailbox, KnowsAddressLiterals) {
  EXPECT_TRUE(mailbox("u@[127.0.0.1]").has_address_literal());
  EXPECT_TRUE(mailbox("u@[IPv6:::1]").has_address_literal());
  EXPECT_FALSE(mailbox("u@d").has_address_literal());
  EXPECT_FALSE(mailbox("\"[\"@d").has_address_literal());
}

TEST(Mailbox, EqualityIsOfMeaning) {
  EXPECT_EQ(mailbox("ann@example.com"), mailbox("ann@EXAMPLE.com"));
  EXPECT_EQ(mailbox("ann@example.com"), mailbox(R"("an\n"@example.com)"));
  EXPECT_EQ(mailbox("u@[IPv6:::A]"), mailbox("u@[ipv6:::a]"));
  EXPECT_NE(mailbox("ann@example.com"), mailbox("Ann@example.com"));
  EXPECT_NE(mailbox("ann@example.com"), mailbox("ann@example.org"));
  EXPECT_EQ(forward_path_at("<Postmaster>")->path, forward_path_at("<POSTMASTER>")->path);
}

TEST(Mailbox, AtAnotherDomain) {
  const Mailbox moved = mailbox(R"("a b\"c"@old.example)").at("New.Example");
  EXPECT_EQ(moved.text(), R"("a b\"c"@New.Example)");
  EXPECT_EQ(moved.local(), R"(a b"c)");
  EXPECT_EQ(moved.domain(), "new.example");
  EXPECT_EQ(mailbox("u@[127.0.0.1]").at("d").text(), "u@d");
  EXPECT_EQ(mailbox("u@d").at("[IPv6:::1]").domain(), "[ipv6:::1]");
  EXPECT_EQ(mailbox("\"\"@d").at("e").text(), "\"\"@e");
}

TEST(Mailbox, BarePostmasterAtADomain) {
  const Mailbox postmaster = forward_path_at("<POSTMASTER>")->path.at("example.org");
  EXPECT_EQ(postmaster, mailbox("postmaster@example.org"));
  EXPECT_EQ(postmaster.text(), "postmaster@example.org");
  EXPECT_FALSE(postmaster.is_bare_postmaster());
}

TEST(Mailbox, AtABadDomainThrows) {
  const Mailbox ann = mailbox("ann@example.com");
  for (const std::string_view domain : {"", "a@b", "a>", "a.", "1.2.3.4", "a\r\nb", "[x]", "a b"}) {
    EXPECT_THROW((void)ann.at(domain), boost::system::system_error) << domain;
  }
}

TEST(ToPath, PutsTheTextInBrackets) {
  EXPECT_EQ(to_path(std::nullopt), "<>");
  EXPECT_EQ(to_path(mailbox("Ann@D")), "<Ann@D>");
  EXPECT_EQ(to_path(mailbox(R"("a b"@d)")), R"(<"a b"@d>)");
  EXPECT_EQ(to_path(forward_path_at("<PostMaster>")->path), "<PostMaster>");
}

constexpr auto all_errors = std::to_array<Errc>({
    Errc::missing_angle_bracket,
    Errc::bad_source_route,
    Errc::bad_local_part,
    Errc::local_part_too_long,
    Errc::bad_domain,
    Errc::domain_too_long,
    Errc::path_too_long,
    Errc::bad_address_literal,
    Errc::non_ascii,
    Errc::missing_domain,
    Errc::bad_utf8,
    Errc::bad_idn,
});

TEST(MailErrc, MessagesCanStandInAReply) {
  std::vector<std::string> seen;
  for (const Errc errc : all_errors) {
    const error_code error = errc;
    EXPECT_STREQ(error.category().name(), "quoth.mail");
    EXPECT_EQ(error, make_error_code(errc));
    const std::string message = error.message();
    EXPECT_LE(message.size(), 60U) << message;
    for (const char c : message) EXPECT_TRUE(c >= ' ' && c <= '~') << message;
    for (const std::string& other : seen) EXPECT_NE(message, other);
    seen.push_back(message);
  }
  EXPECT_EQ(seen.size(), all_errors.size());
  EXPECT_EQ(make_error_code(Errc::local_part_too_long).message(),
            "local part longer than 64 octets");
  EXPECT_EQ(error_code(999, make_error_code(Errc::bad_domain).category()).message(),
            "unknown address error");
}

}  // namespace
}  // namespace quoth::mail
