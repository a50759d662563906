#include "plugins/recipients/recipient_table.hpp"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "plugins/shared/pattern.hpp"

namespace quoth::plugins {
namespace {

using Verdict = RecipientVerdict;

RecipientTable issue_table() {
  return RecipientTable{
      {.accept = {"local.test"},
       .known = RecipientPatterns{{"local.test", {"alice", "postmaster", "user*"}}},
       .hostname = "mx.local.test"}};
}

TEST(Fits, StarsStandForAnyOctetsOrNone) {
  EXPECT_TRUE(fits("user*", "user"));
  EXPECT_TRUE(fits("user*", "user42"));
  EXPECT_FALSE(fits("user*", "use"));
  EXPECT_TRUE(fits("*-list", "announce-list"));
  EXPECT_FALSE(fits("*-list", "announce-list-"));
  EXPECT_TRUE(fits("a*b*c", "a--b--b--c"));
  EXPECT_FALSE(fits("a*b*c", "a--c--b"));
  EXPECT_TRUE(fits("*", ""));
  EXPECT_TRUE(fits("**", "x"));
  EXPECT_FALSE(fits("", "x"));
  EXPECT_TRUE(fits("", ""));
}

TEST(Fits, CaseOfLettersDoesNotMatterAndOtherOctetsDo) {
  EXPECT_TRUE(fits("Alice", "aLICE"));
  EXPECT_FALSE(fits("a[b", "a{b"));
  EXPECT_FALSE(fits("\xc3\x84", "\xc3\xa4"));
}

TEST(Fits, ManyStarsTakeNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(fits(pattern + "b", std::string(10000, 'a')));
}

TEST(CanonicalDomains, AreALabels) {
  EXPECT_EQ(canonical_domains("Local.TEST"), "local.test");
  EXPECT_EQ(canonical_domains("*.BÜCHER.example"), "*.xn--bcher-kva.example");
  EXPECT_EQ(canonical_domains("*"), "*");
  EXPECT_THROW(static_cast<void>(canonical_domains("é_.example")), std::invalid_argument);
  const RecipientTable table{{.accept = {"bücher.example"},
                              .known = RecipientPatterns{{"Bücher.example", {"josé"}}},
                              .hostname = "mx.local.test"}};
  EXPECT_EQ(table.find("josé", "xn--bcher-kva.example"), Verdict::known);
  EXPECT_EQ(table.find("jose", "xn--bcher-kva.example"), Verdict::unknown);
  EXPECT_EQ(table.find("josé", "bucher.example"), Verdict::foreign);
  EXPECT_EQ(table.postmaster_domain(), "xn--bcher-kva.example");
}

TEST(Covers, ASubdomainPatternIsNotTheDomainItself) {
  EXPECT_TRUE(covers("*.example.org", "a.example.org"));
  EXPECT_TRUE(covers("*.example.org", "b.a.EXAMPLE.org"));
  EXPECT_FALSE(covers("*.example.org", "example.org"));
  EXPECT_FALSE(covers("*.example.org", "badexample.org"));
  EXPECT_FALSE(covers("example.org", "a.example.org"));
}

TEST(Covers, PatternsCoverNarrowerPatterns) {
  EXPECT_TRUE(covers("*", "*.example.org"));
  EXPECT_TRUE(covers("*.example.org", "*.a.example.org"));
  EXPECT_TRUE(covers("*.example.org", "*.example.org"));
  EXPECT_FALSE(covers("*.a.example.org", "*.example.org"));
  EXPECT_FALSE(covers("*.example.org", "*"));
}

TEST(MostSpecific, DomainThenLongestSuffixThenAll) {
  const std::vector<std::string> patterns{"*", "*.example.org", "*.a.example.org",
                                          "x.a.example.org"};
  EXPECT_EQ(most_specific(patterns, "x.a.example.org"), 3U);
  EXPECT_EQ(most_specific(patterns, "y.a.example.org"), 2U);
  EXPECT_EQ(most_specific(patterns, "y.example.org"), 1U);
  EXPECT_EQ(most_specific(patterns, "example.org"), 0U);
  EXPECT_EQ(most_specific({"a.test"}, "b.test"), 1U);
}

TEST(RecipientTable, KnownUnknownAndForeign) {
  const RecipientTable table = issue_table();
  EXPECT_EQ(table.find("alice", "local.test"), Verdict::known);
  EXPECT_EQ(table.find("user", "local.test"), Verdict::known);
  EXPECT_EQ(table.find("user99", "local.test"), Verdict::known);
  EXPECT_EQ(table.find("bob", "local.test"), Verdict::unknown);
  EXPECT_EQ(table.find("alice", "other.test"), Verdict::foreign);
  EXPECT_EQ(table.find("alice", "sub.local.test"), Verdict::foreign);
  EXPECT_EQ(table.find("alice", ""), Verdict::foreign);
}

TEST(RecipientTable, CaseNeverMatters) {
  EXPECT_EQ(issue_table().find("ALICE", "LOCAL.test"), Verdict::known);
  const RecipientTable table{{.accept = {"Local.TEST"},
                              .known = RecipientPatterns{{"LOCAL.test", {"Ann"}}},
                              .hostname = ""}};
  EXPECT_EQ(table.find("ann", "local.test"), Verdict::known);
  EXPECT_EQ(table.postmaster_domain(), "local.test");
}

TEST(RecipientTable, WithoutATableEveryoneOfTheAcceptedDomainsExists) {
  const RecipientTable table{{.accept = {"a.test"}, .known = {}, .hostname = ""}};
  EXPECT_EQ(table.find("anyone", "a.test"), Verdict::known);
  EXPECT_EQ(table.find("anyone", "b.test"), Verdict::foreign);
}

TEST(RecipientTable, ADomainWithoutAnEntryHasNoRecipientsButItsPostmaster) {
  const RecipientTable table{{.accept = {"a.test", "b.test"},
                              .known = RecipientPatterns{{"a.test", {"*"}}},
                              .hostname = ""}};
  EXPECT_EQ(table.find("ann", "a.test"), Verdict::known);
  EXPECT_EQ(table.find("ann", "b.test"), Verdict::unknown);
  EXPECT_EQ(table.find("PostMaster", "b.test"), Verdict::known);  // RFC 5321 §4.5.1
}

TEST(RecipientTable, TheMostSpecificKeyCounts) {
  const RecipientTable table{
      {.accept = {"*"},
       .known = RecipientPatterns{{"*", {"abuse"}}, {"*.a.test", {"*"}}, {"x.a.test", {"ann"}}},
       .hostname = "mx.test"}};
  EXPECT_EQ(table.find("bob", "x.a.test"), Verdict::unknown);
  EXPECT_EQ(table.find("bob", "y.a.test"), Verdict::known);
  EXPECT_EQ(table.find("abuse", "z.test"), Verdict::known);
  EXPECT_EQ(table.find("bob", "z.test"), Verdict::unknown);
}

TEST(RecipientTable, PercentBangAndQuotedAtAreNoWayToRelay) {
  const RecipientTable all{{.accept = {"us.test"},
                            .known = RecipientPatterns{{"us.test", {"*", "*%*", "odd%name"}}},
                            .hostname = ""}};
  for (const char* local : {"user%evil.test", "evil.test!user", "user@evil.test", "%", "!", "@"}) {
    EXPECT_EQ(all.find(local, "us.test"), Verdict::foreign) << local;
  }
  EXPECT_EQ(all.find("Odd%Name", "us.test"), Verdict::known);
  const RecipientTable everyone{{.accept = {"us.test"}, .known = {}, .hostname = ""}};
  EXPECT_EQ(everyone.find("user%evil.test", "us.test"), Verdict::foreign);
}

TEST(RecipientTable, AddressLiteralsAreForeign) {
  const RecipientTable table{
      {.accept = {"*"}, .known = RecipientPatterns{{"*", {"ann"}}}, .hostname = ""}};
  EXPECT_EQ(table.find("ann", "[127.0.0.1]"), Verdict::foreign);
  EXPECT_EQ(table.find("ann", "[ipv6:::1]"), Verdict::foreign);
}

TEST(RecipientTable, ACatchAllKeepsWhateverComes) {
  const RecipientTable table{{.accept = {"*"}, .known = {}, .hostname = ""}};
  EXPECT_EQ(table.find("ann", "[127.0.0.1]"), Verdict::known);
  EXPECT_EQ(table.find("user%evil.test", "us.test"), Verdict::known);
  EXPECT_EQ(table.find("postmaster", ""), Verdict::foreign);
}

TEST(RecipientTable, PostmasterDomainIsTheFirstNamedOneElseTheHost) {
  const RecipientTable named{
      {.accept = {"*.a.test", "b.test", "c.test"}, .known = {}, .hostname = "mx.test"}};
  EXPECT_EQ(named.postmaster_domain(), "b.test");
  const RecipientTable wild{{.accept = {"*.a.test"}, .known = {}, .hostname = "MX.other.test"}};
  EXPECT_EQ(wild.postmaster_domain(), "mx.other.test");
  EXPECT_EQ(wild.find("ann", "mx.other.test"), Verdict::foreign);
  const RecipientTable none{{.accept = {}, .known = {}, .hostname = "mx.test"}};
  EXPECT_EQ(none.postmaster_domain(), "");
  EXPECT_EQ(none.find("ann", "mx.test"), Verdict::foreign);
}

TEST(RecipientTable, AnEmptyPatternIsRefused) {
  EXPECT_THROW((RecipientTable{{.accept = {""}, .known = {}, .hostname = ""}}),
               std::invalid_argument);
}

}  // namespace
}  // namespace quoth::plugins
