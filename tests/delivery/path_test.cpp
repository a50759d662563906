#include "delivery/maildir/path.hpp"

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/system/errc.hpp>
#include <gtest/gtest.h>

namespace quoth::delivery::maildir {
namespace {

mail::Mailbox mailbox(std::string_view text) { return mail::Mailbox::parse(text).value(); }

struct Expansion {
  std::string_view mailbox;
  std::string_view path;
};

TEST(PathTemplate, EscapesWhatCouldLeadElsewhere) {
  const PathTemplate path{"/m/{domain}/{local}"};
  constexpr auto expansions = std::to_array<Expansion>({
      {"ann@example.com", "/m/example.com/ann"},
      {"Ann.Lee+List@Example.COM", "/m/example.com/ann.lee+list"},
      {R"("../../etc/passwd"@d.test)", "/m/d.test/%2E.%2F..%2Fetc%2Fpasswd"},
      {R"("a/b"@d.test)", "/m/d.test/a%2Fb"},
      {R"("/"@d.test)", "/m/d.test/%2F"},
      {R"("."@d.test)", "/m/d.test/%2E"},
      {R"(".."@d.test)", "/m/d.test/%2E."},
      {R"(".hidden"@d.test)", "/m/d.test/%2Ehidden"},
      {R"(""@d.test)", "/m/d.test/%"},
      {R"("%"@d.test)", "/m/d.test/%25"},
      {R"("a%2Fb"@d.test)", "/m/d.test/a%252fb"},
      {R"("a b"@d.test)", "/m/d.test/a%20b"},
      {R"("{local}"@d.test)", "/m/d.test/%7Blocal%7D"},
      {R"("a:2,S"@d.test)", "/m/d.test/a%3A2,s"},
      {R"("a\\b"@d.test)", "/m/d.test/a%5Cb"},
      {"u@[192.0.2.1]", "/m/%5B192.0.2.1%5D/u"},
      {"u@[IPv6:2001:db8::1]", "/m/%5Bipv6%3A2001%3Adb8%3A%3A1%5D/u"},
  });
  for (const Expansion& one : expansions) {
    const Result<std::string> expanded = path.expand(mailbox(one.mailbox));
    ASSERT_TRUE(expanded) << one.mailbox;
    EXPECT_EQ(*expanded, one.path) << one.mailbox;
  }
}

TEST(PathTemplate, NoOctetLeavesItsComponent) {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string name(2, static_cast<char>(octet));
    const std::string escaped = escape(name);
    EXPECT_EQ(escaped.find('/'), std::string::npos) << octet;
    EXPECT_EQ(escaped.find('\0'), std::string::npos) << octet;
    EXPECT_FALSE(escaped.starts_with('.')) << octet;
    EXPECT_FALSE(escaped.empty());
    for (const char c : escaped) EXPECT_TRUE(c > ' ' && c < '\x7f') << octet;
  }
}

TEST(PathTemplate, DifferentNamesStayApart) {
  EXPECT_NE(escape("%"), escape(""));
  EXPECT_NE(escape("%25"), escape("%"));
  EXPECT_NE(escape("a b"), escape("a%20b"));
  EXPECT_NE(escape("\xc3\xbc"), escape("u"));
  EXPECT_EQ(escape("ANN"), escape("ann"));
}

TEST(PathTemplate, APartHasAtMost255Octets) {
  const PathTemplate path{"/m/" + std::string(253, 'x') + "{local}/{domain}"};
  EXPECT_TRUE(path.expand(mailbox("ab@d.test")));
  const Result<std::string> expanded = path.expand(mailbox("abc@d.test"));
  ASSERT_FALSE(expanded);
  EXPECT_EQ(expanded.error(), boost::system::errc::filename_too_long);
  EXPECT_FALSE(path.expand(mailbox(R"("/"@d.test)"))) << "escaped it has three octets";
}

TEST(PathTemplate, MayHaveNoPlaceholder) {
  EXPECT_EQ(PathTemplate{"/var/mail/all"}.expand(mailbox("a@b")).value(), "/var/mail/all");
  EXPECT_EQ(PathTemplate{"{local}/{local}"}.expand(mailbox("a@b")).value(), "a/a");
}

TEST(PathTemplate, OfAnotherPlaceholderOrNothingThrows) {
  for (const char* const text : {"", "/m/{user}", "/m/{local", "/m/{", "/m/{}", "/m/{Local}",
                                 "/m/{local}/{x}", "/m/{ local}"}) {
    EXPECT_THROW(PathTemplate{text}, std::invalid_argument) << text;
  }
}

}  // namespace
}  // namespace quoth::delivery::maildir
