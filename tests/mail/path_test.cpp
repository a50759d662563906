#include "mail/path.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {
namespace {

struct GoodPath {
  std::string_view path;
  std::string_view text;
  std::string_view local;
  std::string_view domain;
};

constexpr auto good_paths = std::to_array<GoodPath>({
    {"<ann@example.com>", "ann@example.com", "ann", "example.com"},
    {"<a@b>", "a@b", "a", "b"},
    {"<Ann@Example.COM>", "Ann@Example.COM", "Ann", "example.com"},
    {"<a.b.c@d.e.f>", "a.b.c@d.e.f", "a.b.c", "d.e.f"},
    {"<!#$%&'*+-/=?^_`{|}~09@d>", "!#$%&'*+-/=?^_`{|}~09@d", "!#$%&'*+-/=?^_`{|}~09", "d"},
    {"<b%c@us>", "b%c@us", "b%c", "us"},
    {"<us!b@us>", "us!b@us", "us!b", "us"},
    {"<=?utf-8?q?a=40evil.com?=@us>", "=?utf-8?q?a=40evil.com?=@us",
     "=?utf-8?q?a=40evil.com?=", "us"},
    {"<${run{id}}@us>", "${run{id}}@us", "${run{id}}", "us"},
    // Quoted strings: the text keeps what was sent, the local part is what it means.
    {R"(<"a b\"c"@d>)", R"("a b\"c"@d)", R"(a b"c)", "d"},
    {R"(<"ann"@d>)", R"("ann"@d)", "ann", "d"},
    {R"(<"\a\n\n"@d>)", R"("\a\n\n"@d)", "ann", "d"},
    {R"(<""@d>)", R"(""@d)", "", "d"},
    {R"(<"\\"@d>)", R"("\\"@d)", R"(\)", "d"},
    {R"(<"a@b>c"@d>)", R"("a@b>c"@d)", "a@b>c", "d"},
    {R"(<"b@c"@us>)", R"("b@c"@us)", "b@c", "us"},
    {R"(<"a\"@evil"@us>)", R"("a\"@evil"@us)", R"(a"@evil)", "us"},
    {R"(<".a..b."@d>)", R"(".a..b."@d)", ".a..b.", "d"},
    {R"(<"../../etc/x"@us>)", R"("../../etc/x"@us)", "../../etc/x", "us"},
    {R"(<" ~"@d>)", R"(" ~"@d)", " ~", "d"},
    // Domains.
    {"<u@1.example>", "u@1.example", "u", "1.example"},
    {"<u@3com>", "u@3com", "u", "3com"},
    {"<u@a-b.c--d>", "u@a-b.c--d", "u", "a-b.c--d"},
    {"<u@xn--bcher-kva.example>", "u@xn--bcher-kva.example", "u", "xn--bcher-kva.example"},
    // Address literals.
    {"<u@[127.0.0.1]>", "u@[127.0.0.1]", "u", "[127.0.0.1]"},
    {"<u@[IPv6:::1]>", "u@[IPv6:::1]", "u", "[ipv6:::1]"},
    {"<u@[ipv6:2001:DB8::A]>", "u@[ipv6:2001:DB8::A]", "u", "[ipv6:2001:db8::a]"},
    // Source routes, which are ignored.
    {"<@x:u@d>", "u@d", "u", "d"},
    {"<@x,@y:u@d>", "u@d", "u", "d"},
    {"<@a.example,@b-c.example:Ann@D>", "Ann@D", "Ann", "d"},
    {R"(<@x:"@y:z"@d>)", R"("@y:z"@d)", "@y:z", "d"},
    {"<@x:u@[127.0.0.1]>", "u@[127.0.0.1]", "u", "[127.0.0.1]"},
    // Not the bare postmaster.
    {"<Postmaster@d>", "Postmaster@d", "Postmaster", "d"},
});

TEST(Path, Good) {
  for (const GoodPath& good : good_paths) {
    const Result<PathAt<ReversePath>> reverse = reverse_path_at(good.path);
    ASSERT_TRUE(reverse) << good.path << ": " << reverse.error().message();
    ASSERT_TRUE(reverse->path) << good.path;
    EXPECT_EQ(reverse->size, good.path.size());
    EXPECT_EQ(reverse->path->text(), good.text);
    EXPECT_EQ(reverse->path->local(), good.local);
    EXPECT_EQ(reverse->path->domain(), good.domain);

    const Result<PathAt<Mailbox>> forward = forward_path_at(good.path);
    ASSERT_TRUE(forward) << good.path;
    EXPECT_EQ(forward->size, good.path.size());
    EXPECT_EQ(forward->path, *reverse->path);
    EXPECT_EQ(forward->path.text(), good.text);
  }
}

struct BadPath {
  std::string_view path;
  Errc errc;
};

constexpr auto bad_paths = std::to_array<BadPath>({
    {"", Errc::missing_angle_bracket},
    {"u@d", Errc::missing_angle_bracket},
    {" <u@d>", Errc::missing_angle_bracket},
    {"<u@d", Errc::missing_angle_bracket},
    {"<u@d SIZE=5", Errc::missing_angle_bracket},
    {"<u@d >", Errc::missing_angle_bracket},
    {"<u@[127.0.0.1]", Errc::missing_angle_bracket},
    {"<<u@d>>", Errc::bad_local_part},
    // Local parts.
    {"< >", Errc::bad_local_part},
    {"< u@d>", Errc::bad_local_part},
    {"<.u@d>", Errc::bad_local_part},
    {"<u.@d>", Errc::bad_local_part},
    {"<u..v@d>", Errc::bad_local_part},
    {"<..@us>", Errc::bad_local_part},
    {"<.@us>", Errc::bad_local_part},
    {"<u v@d>", Errc::bad_local_part},
    {"<u,v@d>", Errc::bad_local_part},
    {"<u:v@d>", Errc::bad_local_part},
    {"<;id;>", Errc::bad_local_part},
    {"<a(b)@d>", Errc::bad_local_part},
    {R"(<u\v@d>)", Errc::bad_local_part},
    {R"(<u"v"@d>)", Errc::bad_local_part},
    {R"(<"u"v@d>)", Errc::bad_local_part},
    {R"(<"u".v@d>)", Errc::bad_local_part},
    {R"(<u."v"@d>)", Errc::bad_local_part},
    {R"(<"u@d>)", Errc::bad_local_part},
    {R"(<"u\"@d>)", Errc::bad_local_part},
    {R"(<"u\)", Errc::bad_local_part},
    {R"(<")", Errc::bad_local_part},
    // Domains.
    {"<u@.>", Errc::bad_domain},
    {"<u@.d>", Errc::bad_domain},
    {"<u@d.>", Errc::bad_domain},
    {"<u@d..e>", Errc::bad_domain},
    {"<u@-d>", Errc::bad_domain},
    {"<u@d->", Errc::bad_domain},
    {"<u@d.-e>", Errc::bad_domain},
    {"<u@d-.e>", Errc::bad_domain},
    {"<u@->", Errc::bad_domain},
    {"<u@d_e>", Errc::bad_domain},
    {"<u@d/e>", Errc::bad_domain},
    {"<u@d@e>", Errc::bad_domain},
    {"<b@c@us>", Errc::bad_domain},
    {"<u@@d>", Errc::bad_domain},
    {"<u@d,e>", Errc::bad_domain},
    {"<u@ d>", Errc::bad_domain},
    {"<u@d\t>", Errc::bad_domain},
    {R"(<u@"d">)", Errc::bad_domain},
    {"<u@127.0.0.1>", Errc::bad_domain},
    {"<u@127.0.0.1.>", Errc::bad_domain},
    {"<u@1>", Errc::bad_domain},
    {"<u@1.2>", Errc::bad_domain},
    {"<u@[127.0.0.1].com>", Errc::bad_domain},
    // Address literals.
    {"<u@[999.1.1.1]>", Errc::bad_address_literal},
    {"<u@[127.0.0.1>", Errc::bad_address_literal},
    {"<u@[]>", Errc::bad_address_literal},
    {"<u@[>", Errc::bad_address_literal},
    {"<u@[", Errc::bad_address_literal},
    {"<u@[tag:content]>", Errc::bad_address_literal},
    {"<u@[::1]>", Errc::bad_address_literal},
    {"<u@[127.0.0.1\r\n]>", Errc::bad_address_literal},
    // Source routes.
    {"<@", Errc::bad_source_route},
    {"<@>", Errc::bad_source_route},
    {"<@d>", Errc::bad_source_route},
    {"<@x,:u@d>", Errc::bad_source_route},
    {"<@x,y:u@d>", Errc::bad_source_route},
    {"<@x@y:u@d>", Errc::bad_source_route},
    {"<@x, @y:u@d>", Errc::bad_source_route},
    {"<@:u@d>", Errc::bad_source_route},
    {"<@x.:u@d>", Errc::bad_source_route},
    {"<@[127.0.0.1]:u@d>", Errc::bad_source_route},
    {"<@x:>", Errc::bad_local_part},
    {"<@x:@y:u@d>", Errc::bad_local_part},
    {"<@a:b@c@d>", Errc::bad_domain},
    // No domain.
    {"<u>", Errc::missing_domain},
    {"<u", Errc::missing_domain},
    {"<u@>", Errc::missing_domain},
    {"<u@", Errc::missing_domain},
    {"<us!b>", Errc::missing_domain},
    {R"(<"u">)", Errc::missing_domain},
    {R"(<"Postmaster">)", Errc::missing_domain},
    {"<@x:Postmaster>", Errc::missing_domain},
    {"<Postmaster2>", Errc::missing_domain},
    {"<Postmaste>", Errc::missing_domain},
    {"<Postmaster", Errc::missing_domain},
    {"<Postmaster@>", Errc::missing_domain},
    // Octets over 127, wherever they stand.
    {"<\xC3\xA4@d>", Errc::non_ascii},
    {"<u\xC3\xA4@d>", Errc::non_ascii},
    {"<u.\xC3\xA4@d>", Errc::non_ascii},
    {"<\"\xC3\xA4\"@d>", Errc::non_ascii},
    {"<\"\\\xC3\xA4\"@d>", Errc::non_ascii},
    {"<\"u\"\xC3\xA4@d>", Errc::non_ascii},
    {"<u@\xC3\xA4>", Errc::non_ascii},
    {"<u@d\xC3\xA4.e>", Errc::non_ascii},
    {"<u@d.\xC3\xA4>", Errc::non_ascii},
    {"<u@[\xC3\xA4]>", Errc::non_ascii},
    {"<@\xC3\xA4:u@d>", Errc::non_ascii},
    {"<@x,\xC3\xA4:u@d>", Errc::non_ascii},
    {"<@x:\xC3\xA4@d>", Errc::non_ascii},
    {"<u@d\xFF>", Errc::non_ascii},
    {"<u@d\x80", Errc::non_ascii},
});

TEST(Path, Bad) {
  for (const BadPath& bad : bad_paths) {
    const Result<PathAt<ReversePath>> reverse = reverse_path_at(bad.path);
    ASSERT_FALSE(reverse) << bad.path;
    EXPECT_EQ(reverse.error(), make_error_code(bad.errc)) << bad.path << ": " << reverse.error();
    const Result<PathAt<Mailbox>> forward = forward_path_at(bad.path);
    ASSERT_FALSE(forward) << bad.path;
    EXPECT_EQ(forward.error(), make_error_code(bad.errc)) << bad.path << ": " << forward.error();
  }
}

TEST(Path, WhatFollowsIsLeftAlone) {
  for (const std::string_view rest : {"", " SIZE=1", "x", ">", "<a@b>", "\xFF"}) {
    const std::string text = "<@x:u@d>" + std::string{rest};
    const Result<PathAt<Mailbox>> path = forward_path_at(text);
    ASSERT_TRUE(path) << text;
    EXPECT_EQ(path->size, 8U) << text;
    EXPECT_EQ(reverse_path_at("<>" + std::string{rest})->size, 2U);
    EXPECT_EQ(forward_path_at("<postmaster>" + std::string{rest})->size, 12U);
  }
}

TEST(Path, NoneOfItsBeginningsIsAPath) {
  for (const GoodPath& good : good_paths) {
    for (std::size_t size = 0; size < good.path.size(); ++size) {
      EXPECT_FALSE(reverse_path_at(good.path.substr(0, size))) << good.path.substr(0, size);
      EXPECT_FALSE(forward_path_at(good.path.substr(0, size))) << good.path.substr(0, size);
    }
  }
}

TEST(Path, NullPathIsForSendersOnly) {
  const Result<PathAt<ReversePath>> reverse = reverse_path_at("<>");
  ASSERT_TRUE(reverse);
  EXPECT_FALSE(reverse->path);
  EXPECT_EQ(reverse->size, 2U);
  EXPECT_EQ(forward_path_at("<>").error(), make_error_code(Errc::bad_local_part));
  EXPECT_FALSE(reverse_path_at("< >"));
}

TEST(Path, BarePostmasterIsForRecipientsOnly) {
  for (const std::string_view text : {"<Postmaster>", "<postmaster>", "<POSTMASTER>"}) {
    const Result<PathAt<Mailbox>> forward = forward_path_at(text);
    ASSERT_TRUE(forward) << text;
    EXPECT_TRUE(forward->path.is_bare_postmaster());
    EXPECT_EQ(forward->size, 12U);
    EXPECT_EQ(forward->path.local(), "postmaster");
    EXPECT_EQ(forward->path.domain(), "");
    EXPECT_EQ(forward->path.text(), text.substr(1, 10));
    EXPECT_EQ(reverse_path_at(text).error(), make_error_code(Errc::missing_domain)) << text;
  }
  EXPECT_FALSE(forward_path_at("<Postmaster@d>")->path.is_bare_postmaster());
}

TEST(Path, NoControlOctetGetsThroughAnywhere) {
  for (int octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    if (octet >= 0x20 && octet < 0x7f) continue;
    for (const std::string_view good : {R"(<@x,@y:"a\b"@d.e>)", "<a.b@[127.0.0.1]>"}) {
      for (std::size_t at = 0; at < good.size(); ++at) {
        std::string replaced{good};
        replaced[at] = c;
        EXPECT_FALSE(reverse_path_at(replaced)) << octet << " at " << at;
        std::string inserted{good};
        inserted.insert(at, 1, c);
        EXPECT_FALSE(reverse_path_at(inserted)) << octet << " at " << at;
      }
    }
  }
}

/// `size` octets of labels of 63 octets and what remains.
std::string domain_of(std::size_t size) {
  std::string domain(size, 'd');
  for (std::size_t dot = 63; dot + 1 < size; dot += 64) domain[dot] = '.';
  return domain;
}

error_code error_of(const std::string& path) {
  const Result<PathAt<Mailbox>> result = forward_path_at(path);
  return result ? error_code{} : result.error();
}

TEST(Path, LocalPartOf64Octets) {
  EXPECT_EQ(error_of('<' + std::string(64, 'u') + "@d>"), error_code{});
  EXPECT_EQ(error_of('<' + std::string(65, 'u') + "@d>"), Errc::local_part_too_long);
  // The quotes and backslashes count too.
  EXPECT_EQ(error_of("<\"" + std::string(62, 'u') + "\"@d>"), error_code{});
  EXPECT_EQ(error_of("<\"" + std::string(63, 'u') + "\"@d>"), Errc::local_part_too_long);
}

TEST(Path, LabelOf63Octets) {
  EXPECT_EQ(error_of("<u@" + std::string(63, 'd') + '>'), error_code{});
  EXPECT_EQ(error_of("<u@" + std::string(64, 'd') + '>'), Errc::bad_domain);
  EXPECT_EQ(error_of("<u@a." + std::string(63, 'd') + ".b>"), error_code{});
  EXPECT_EQ(error_of("<u@a." + std::string(64, 'd') + ".b>"), Errc::bad_domain);
}

TEST(Path, PathOf256Octets) {
  EXPECT_EQ(error_of("<u@" + domain_of(252) + '>'), error_code{});
  EXPECT_EQ(error_of("<u@" + domain_of(253) + '>'), Errc::path_too_long);
  EXPECT_EQ(error_of('<' + std::string(64, 'u') + '@' + domain_of(189) + '>'), error_code{});
  EXPECT_EQ(error_of('<' + std::string(64, 'u') + '@' + domain_of(190) + '>'), Errc::path_too_long);
}

TEST(Path, DomainOf255Octets) {
  EXPECT_EQ(error_of("<u@" + domain_of(255) + '>'), Errc::path_too_long);
  EXPECT_EQ(error_of("<u@" + domain_of(256) + '>'), Errc::domain_too_long);
  EXPECT_EQ(error_of("<@" + domain_of(255) + ":u@d>"), error_code{});
  EXPECT_EQ(error_of("<@" + domain_of(256) + ":u@d>"), Errc::bad_source_route);
}

TEST(Path, SourceRouteIsNotCounted) {
  std::string path = "<@x";
  for (int i = 0; i < 200; ++i) path += ",@y";
  path += ":u@" + domain_of(252) + '>';
  const Result<PathAt<Mailbox>> result = forward_path_at(path);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->size, path.size());
  EXPECT_EQ(result->path.text().size(), 254U);
}

TEST(HeloName, Good) {
  for (const std::string_view name : {"x", "mx.example.com", "MX.Example", "my_host", "_a._b",
                                      "a-b.c", "[127.0.0.1]", "[IPv6:::1]", "127.0.0.1", "3com"}) {
    EXPECT_TRUE(is_helo_name(name)) << name;
  }
}

TEST(HeloName, Bad) {
  for (const std::string_view name :
       {"",      ".",          "a.",         ".a",  "a..b",    "-a",  "a-",  "a b",
        " a",    "a ",         "a\r",        "a@b", "a/b",     "a;b", "(a)", "\xC3\xA4",
        "a\xFF", "[127.0.0.1", "127.0.0.1]", "[x]", "[tag:x]", "[]",  "::1", "<a>"}) {
    EXPECT_FALSE(is_helo_name(name)) << name;
  }
  EXPECT_FALSE(is_helo_name(std::string_view{"a\0b", 3}));
}

TEST(HeloName, Limits) {
  EXPECT_TRUE(is_helo_name(domain_of(255)));
  EXPECT_FALSE(is_helo_name(domain_of(256)));
  EXPECT_TRUE(is_helo_name(std::string(63, '_')));
  EXPECT_FALSE(is_helo_name(std::string(64, '_')));
}

}  // namespace
}  // namespace quoth::mail
