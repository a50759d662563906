#include "delivery/route_table.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/errc.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quoth::delivery {
namespace {

/// The path of the route that `domain` takes.
std::string route_of(const RouteTable& table, std::string_view domain) {
  const RouteTable::Target* const target = table.find(domain);
  if (target == nullptr) return "none";
  return target->maildir ? target->maildir->text() : "discard";
}

RouteTable table_of(const std::vector<Route>& routes) { return RouteTable{routes}; }

smtp::Envelope envelope_for(const std::vector<std::string_view>& recipients) {
  smtp::Envelope envelope;
  for (const std::string_view recipient : recipients) {
    envelope.recipients.push_back({.recipient = mail::Mailbox::parse(recipient).value()});
  }
  return envelope;
}

TEST(RouteTable, TheMostSpecificRouteWins) {
  const RouteTable table = table_of({{"*", "discard"},
                                     {"*.test", "maildir:/test"},
                                     {"*.a.test", "maildir:/below-a"},
                                     {"a.test", "maildir:/a"},
                                     {"B.Test", "maildir:/b"}});
  EXPECT_EQ(route_of(table, "a.test"), "/a");
  EXPECT_EQ(route_of(table, "b.test"), "/b");
  EXPECT_EQ(route_of(table, "c.test"), "/test");
  EXPECT_EQ(route_of(table, "x.a.test"), "/below-a");
  EXPECT_EQ(route_of(table, "y.x.a.test"), "/below-a");
  EXPECT_EQ(route_of(table, "test"), "discard");
  EXPECT_EQ(route_of(table, "atest"), "discard");
  EXPECT_EQ(route_of(table, "[192.0.2.1]"), "discard");
}

TEST(RouteTable, AStarWithASuffixIsNotTheSuffixItself) {
  const RouteTable table = table_of({{"*.a.test", "discard"}});
  EXPECT_EQ(route_of(table, "a.test"), "none");
  EXPECT_EQ(route_of(table, ".a.test"), "none");
  EXPECT_EQ(route_of(table, "xa.test"), "none");
  EXPECT_EQ(route_of(table, "x.a.test"), "discard");
}

TEST(RouteTable, RoutesThatCannotBeReadNameThemselves) {
  for (const char* const via : {"", "maildir", "maildir:", "maildir:/m/{x}", "smtp:x", "Discard"}) {
    EXPECT_THROW(table_of({{"a.test", via}}), std::invalid_argument) << via;
  }
  EXPECT_THROW(table_of({{"", "discard"}}), std::invalid_argument);
}

TEST(RouteTable, ADomainInUtf8IsThatOfItsALabels) {
  const RouteTable table =
      table_of({{"*.bücher.example", "maildir:/below"}, {"BÜCHER.example", "maildir:/itself"}});
  EXPECT_EQ(route_of(table, "xn--bcher-kva.example"), "/itself");
  EXPECT_EQ(route_of(table, "mail.xn--bcher-kva.example"), "/below");
  EXPECT_EQ(route_of(table, "mail.example"), "none");
  EXPECT_THROW(table_of({{"é_.example", "discard"}}), std::invalid_argument);
  EXPECT_THROW(table_of({{"é.example", "discard"}, {"xn--9ca.example", "discard"}}),
               std::invalid_argument);
}

TEST(RouteTable, ARouteThatStandsTwiceThrows) {
  EXPECT_THROW(table_of({{"a.test", "discard"}, {"A.TEST", "discard"}}), std::invalid_argument);
}

TEST(RouteTable, ARouteThatStandsTwiceWithAnotherBetweenThrows) {
  EXPECT_THROW(table_of({{"a.test", "discard"}, {"b.test", "discard"}, {"a.test", "discard"}}),
               std::invalid_argument);
}

TEST(RouteTable, MaildirsOfAnEnvelopeAreListedOnce) {
  const RouteTable table = table_of(
      {{"a.test", "maildir:/m/{local}"}, {"b.test", "maildir:/all"}, {"c.test", "discard"}});
  const Result<std::vector<std::string>> found = table.maildirs(
      envelope_for({"x@b.test", "Ann@a.test", "y@b.test", "ann@a.test", "bob@a.test", "z@c.test"}));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, testing::ElementsAre("/all", "/m/ann", "/m/bob"));
  EXPECT_TRUE(table.maildirs(envelope_for({"z@c.test"})).value().empty());
}

TEST(RouteTable, ARecipientWithoutARouteIsAnError) {
  const RouteTable table = table_of({{"a.test", "maildir:/m/{local}"}});
  const auto found = table.maildirs(envelope_for({"x@a.test", "x@b.test"}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), boost::system::errc::destination_address_required);
}

}  // namespace
}  // namespace quoth::delivery
