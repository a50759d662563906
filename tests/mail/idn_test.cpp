// Domains that are not ASCII: there is one form of each, and IDNA says which.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {
namespace {

struct Canonical {
  std::string_view domain;
  std::string_view canonical;
};

constexpr auto domains = std::to_array<Canonical>({
    {"Example.ORG", "example.org"},
    {"a", "a"},
    {"[IPv6:2001:DB8::A]", "[ipv6:2001:db8::a]"},
    {"[192.0.2.1]", "[192.0.2.1]"},
    {"b\xC3\xBC"
     "cher.example",
     "xn--bcher-kva.example"},
    {"B\xC3\x9C"
     "CHER.Example",
     "xn--bcher-kva.example"},
    {"bu\xCC\x88"
     "cher.example",
     "xn--bcher-kva.example"},  // NFD
    {"XN--Bcher-KVA.example", "xn--bcher-kva.example"},
    {"mail.b\xC3\xBC"
     "cher.example",
     "mail.xn--bcher-kva.example"},
    {"stra\xC3\x9F"
     "e.example",
     "xn--strae-oqa.example"},  // not strasse: not IDNA2003
    {"\xE4\xBE\x8B\xE3\x81\x88.\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88", "xn--r8jz45g.xn--zckzah"},
    {"\xD7\x93\xD7\x95\xD7\x92.test", "xn--6dbbg.test"},  // right to left
    {"xn--i-7iq.ws", "xn--i-7iq.ws"},                     // an emoji: not ours to refuse
});

TEST(CanonicalDomain, Good) {
  for (const Canonical& each : domains) {
    const Result<std::string> canonical = canonical_domain(each.domain);
    ASSERT_TRUE(canonical) << each.domain << ": " << canonical.error().message();
    EXPECT_EQ(*canonical, each.canonical) << each.domain;
    EXPECT_EQ(canonical_domain(*canonical), *canonical);
  }
}

struct Refused {
  std::string_view domain;
  Errc errc;
};

constexpr auto refused = std::to_array<Refused>({
    {"", Errc::missing_domain},
    {".", Errc::bad_domain},
    {"a..b", Errc::bad_domain},
    {"a.", Errc::bad_domain},
    {"a b", Errc::bad_domain},
    {"a@b", Errc::bad_domain},
    {"a_b", Errc::bad_domain},
    {"192.0.2.1", Errc::bad_domain},
    {"[192.0.2.1]x", Errc::bad_domain},
    {"[x]", Errc::bad_address_literal},
    {"*.example", Errc::bad_domain},
    {"-\xC3\xBC.example", Errc::bad_domain},
    {"\xC3\xBC-.example", Errc::bad_domain},
    {"\xC3\xBC..example", Errc::bad_domain},
    {"caf\xC3.example", Errc::bad_utf8},
    {"caf\xFF.example", Errc::bad_utf8},
    {"caf\xED\xA0\x80.example", Errc::bad_utf8},
    {"caf\xC2\x85.example", Errc::bad_domain},      // U+0085, a control
    {"local\xEF\xBC\xA0test", Errc::bad_idn},       // fullwidth "@"
    {"evil\xEF\xBC\x8Elocal.test", Errc::bad_idn},  // fullwidth "."
    {"evil\xE3\x80\x82local.test", Errc::bad_idn},  // ideographic full stop
    {"evil\xEF\xBD\xA1local.test", Errc::bad_idn},  // its halfwidth form
    {"loc\xE2\x80\x8D"
     "al.test",
     Errc::bad_idn},  // zero width joiner
    {"loc\xE2\x80\x8C"
     "al.test",
     Errc::bad_idn},  // zero width non-joiner
    {"loc\xE2\x80\x8B"
     "al.test",
     Errc::bad_idn},  // zero width space
    {"loc\xC2\xAD"
     "al.test",
     Errc::bad_idn},  // soft hyphen
    {"loc\xEF\xBB\xBF"
     "al.test",
     Errc::bad_idn},  // byte order mark
    {"\xEF\xBD\x8C\xEF\xBD\x8F"
     "cal.test",
     Errc::bad_idn},  // fullwidth letters
    {"\xF0\x9D\x93\x81"
     "ocal.test",
     Errc::bad_idn},                                // mathematical script
    {"b\xC3\xBC\xE2\x84\xAA.test", Errc::bad_idn},  // Kelvin sign
    {"b\xC3\xBC\xEF\xAC\x81.test", Errc::bad_idn},  // ligature fi
    {"b\xC3\xBC\xE2\x84\x80.test", Errc::bad_idn},  // a/c, which holds a slash
    {"\xCC\x88u.test", Errc::bad_idn},              // begins with a combining mark
    {"\xD7\x93"
     "a.test",
     Errc::bad_idn},                       // both directions (RFC 5893 §2)
    {"\xE2\x98\x83.test", Errc::bad_idn},  // a snowman: no letter
});

TEST(CanonicalDomain, Bad) {
  for (const Refused& each : refused) {
    const Result<std::string> canonical = canonical_domain(each.domain);
    ASSERT_FALSE(canonical) << each.domain << ": " << *canonical;
    EXPECT_EQ(canonical.error(), each.errc) << each.domain << ": " << canonical.error().message();
  }
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string result;
  while (count-- > 0) result += text;
  return result;
}

TEST(CanonicalDomain, LabelsHave63OctetsAsALabels) {
  // "xn--", "-", and what stands for the one U-umlaut.
  EXPECT_TRUE(canonical_domain(std::string(54, 'a') + "\xC3\xBC.test"));
  for (std::size_t size = 55; size < 64; ++size) {
    const Result<std::string> canonical =
        canonical_domain(std::string(size, 'a') + "\xC3\xBC.test");
    if (canonical) {
      EXPECT_EQ(canonical->find('.'), 63U);
    } else {
      EXPECT_EQ(canonical.error(), Errc::bad_idn);
    }
  }
  EXPECT_EQ(canonical_domain(std::string(60, 'a') + "\xC3\xBC.test").error(), Errc::bad_idn);
  // More than 63 octets of UTF-8 can be less (RFC 5890 §2.3.2.1).
  const std::string u_label = repeat("\xE4\xBE\x8B", 30);
  ASSERT_GT(u_label.size(), 63U);
  EXPECT_TRUE(canonical_domain(u_label + ".test"));
}

TEST(CanonicalDomain, Has255Octets) {
  const std::string a_label = canonical_domain("\xC3\xBC")->c_str();
  const std::string tail = repeat("\xC3\xBC.", 255 / (a_label.size() + 1));
  const std::string rest(255 - (a_label.size() + 1) * (255 / (a_label.size() + 1)), 'a');
  EXPECT_EQ(canonical_domain(tail + rest)->size(), 255U);
  EXPECT_EQ(canonical_domain(tail + rest + 'a').error(), Errc::domain_too_long);
}

struct GoodPath {
  std::string_view text;
  std::string_view local;
  std::string_view domain;
};

constexpr auto good_mailboxes = std::to_array<GoodPath>({
    {"jos\xC3\xA9@client.test", "jos\xC3\xA9", "client.test"},
    {"\xC3\xA9@d", "\xC3\xA9", "d"},
    {"a.\xE7\x94\xA8\xE6\x88\xB7.b@d", "a.\xE7\x94\xA8\xE6\x88\xB7.b", "d"},
    {"\xF0\x9F\x98\x80@d", "\xF0\x9F\x98\x80", "d"},
    {"\"\xC3\xA9 \xC3\xA9\"@d", "\xC3\xA9 \xC3\xA9", "d"},
    {"\"\\\"\xC3\xA9\"@d", "\"\xC3\xA9", "d"},
    // RFC 6532 §3.1 recommends NFC, which is not ours to make: octets are kept.
    {"e\xCC\x81@d", "e\xCC\x81", "d"},
    {"a\xEF\xBC\xA0"
     "b@d",
     "a\xEF\xBC\xA0"
     "b",
     "d"},
    // Not decoded.
    {"=?utf-8?q?a=40b?=@b\xC3\xBC"
     "cher.example",
     "=?utf-8?q?a=40b?=", "xn--bcher-kva.example"},
    {"u@B\xC3\xBC"
     "cher.Example",
     "u", "xn--bcher-kva.example"},
    {"u@[127.0.0.1]", "u", "[127.0.0.1]"},
});

TEST(Utf8Mailbox, Good) {
  for (const GoodPath& good : good_mailboxes) {
    const Result<Mailbox> mailbox = Mailbox::parse(good.text, Charset::utf8);
    ASSERT_TRUE(mailbox) << good.text << ": " << mailbox.error().message();
    EXPECT_EQ(mailbox->text(), good.text);
    EXPECT_EQ(mailbox->local(), good.local);
    EXPECT_EQ(mailbox->domain(), good.domain);
    const bool ascii = good.text == "u@[127.0.0.1]";
    EXPECT_EQ(mailbox->is_ascii(), ascii);
    EXPECT_EQ(Mailbox::parse(good.text).has_value(), ascii);
    EXPECT_EQ(mailbox
                  ->at("B\xC3\xBC"
                       "cher.example")
                  .domain(),
              "xn--bcher-kva.example");
    EXPECT_EQ(mailbox->at("e.test").local(), good.local);
  }
}

constexpr auto bad_mailboxes = std::to_array<Refused>({
    {"\"\\\xC3\xA9\"@d", Errc::bad_local_part},  // RFC 6531 §3.3 leaves quoted pairs as they are
    {"\xC3@d", Errc::bad_utf8},
    {"u\xC0\x80@d", Errc::bad_utf8},
    {"\"\xED\xA0\x80\"@d", Errc::bad_utf8},
    {"\xF4\x90\x80\x80@d", Errc::bad_utf8},
    {"u\xC2\x9B@d", Errc::bad_local_part},  // U+009B controls terminals
    {"\"u\xC2\x85\"@d", Errc::bad_local_part},
    {"\"u\"\xC3\xA9@d", Errc::bad_local_part},
    {"u@[\xC3\xA9]", Errc::bad_address_literal},
    {"u@\xC3\xA9_", Errc::bad_domain},
    {"u@loc\xE2\x80\x8B"
     "al.test",
     Errc::bad_idn},
    {"u\xEF\xBC\xA0local.test", Errc::missing_domain},  // that is no "@"
});

TEST(Utf8Mailbox, Bad) {
  for (const Refused& bad : bad_mailboxes) {
    const Result<Mailbox> mailbox = Mailbox::parse(bad.domain, Charset::utf8);
    ASSERT_FALSE(mailbox) << bad.domain;
    EXPECT_EQ(mailbox.error(), bad.errc) << bad.domain << ": " << mailbox.error().message();
  }
}

TEST(Utf8Mailbox, LimitsAreInOctets) {
  const auto parse = [](const std::string& text) { return Mailbox::parse(text, Charset::utf8); };
  EXPECT_TRUE(parse(repeat("\xC3\xA9", 32) + "@d"));  // RFC 5321 §4.5.3.1.1
  EXPECT_EQ(parse(repeat("\xC3\xA9", 32) + "a@d").error(), Errc::local_part_too_long);
  const std::string labels = repeat("\xC3\xA9.", 83);
  EXPECT_EQ(parse("u@" + labels + "abcd").error(), Errc::domain_too_long);  // as A-labels
}

TEST(Utf8Mailbox, OneDomainInItsForms) {
  const Mailbox one = Mailbox::parse(
                          "u@B\xC3\x9C"
                          "CHER.example",
                          Charset::utf8)
                          .value();
  EXPECT_EQ(one, Mailbox::parse("u@xn--bcher-kva.EXAMPLE").value());
  EXPECT_EQ(to_path(one),
            "<u@B\xC3\x9C"
            "CHER.example>");
}

}  // namespace
}  // namespace quoth::mail
