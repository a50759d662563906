#include <cstddef>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <quoth/chain.hpp>

namespace quoth::event {
namespace {

Place place(const std::string& name) { return make_place(name, AnyHandler{}); }

Order order_of(const std::string& names) {
  Order order;
  for (const char name : names) order.append(place(std::string{name}));
  return order;
}

std::string names(const Order& order) {
  std::string result;
  for (const Place& one : order.places()) result += one.name;
  return result;
}

/// "abcd" after `edit`.
template <class Edit>
std::string after(Edit edit) {
  Order order = order_of("abcd");
  edit(order);
  return names(order);
}

TEST(Order, AppendsAndPrepends) {
  Order order;
  order.append(place("b"));
  order.append(place("c"));
  order.prepend(place("a"));
  EXPECT_EQ(names(order), "abc");
}

TEST(Order, InsertsBesideAnAnchor) {
  EXPECT_EQ(after([](Order& o) { o.insert_before("a", place("x")); }), "xabcd");
  EXPECT_EQ(after([](Order& o) { o.insert_before("d", place("x")); }), "abcxd");
  EXPECT_EQ(after([](Order& o) { o.insert_after("a", place("x")); }), "axbcd");
  EXPECT_EQ(after([](Order& o) { o.insert_after("d", place("x")); }), "abcdx");
}

TEST(Order, MovesBesideAnAnchor) {
  EXPECT_EQ(after([](Order& o) { o.move_before("d", "a"); }), "dabc");
  EXPECT_EQ(after([](Order& o) { o.move_before("a", "d"); }), "bcad");
  EXPECT_EQ(after([](Order& o) { o.move_before("b", "c"); }), "abcd");
  EXPECT_EQ(after([](Order& o) { o.move_before("b", "b"); }), "abcd");
  EXPECT_EQ(after([](Order& o) { o.move_after("a", "d"); }), "bcda");
  EXPECT_EQ(after([](Order& o) { o.move_after("d", "a"); }), "adbc");
  EXPECT_EQ(after([](Order& o) { o.move_after("c", "b"); }), "abcd");
  EXPECT_EQ(after([](Order& o) { o.move_after("b", "b"); }), "abcd");
}

TEST(Order, MovesToTheEnds) {
  EXPECT_EQ(after([](Order& o) { o.first("c"); }), "cabd");
  EXPECT_EQ(after([](Order& o) { o.first("a"); }), "abcd");
  EXPECT_EQ(after([](Order& o) { o.last("b"); }), "acdb");
  EXPECT_EQ(after([](Order& o) { o.last("d"); }), "abcd");
}

TEST(Order, MovesByPlaces) {
  EXPECT_EQ(after([](Order& o) { o.up("d", 1); }), "abdc");
  EXPECT_EQ(after([](Order& o) { o.up("d", 2); }), "adbc");
  EXPECT_EQ(after([](Order& o) { o.down("a", 1); }), "bacd");
  EXPECT_EQ(after([](Order& o) { o.down("a", 2); }), "bcad");
  EXPECT_EQ(after([](Order& o) { o.up("c", 0); }), "abcd");
  EXPECT_EQ(after([](Order& o) { o.down("c", 0); }), "abcd");
}

TEST(Order, MovesByPlacesStopAtTheEnds) {
  EXPECT_EQ(after([](Order& o) { o.up("c", 3); }), "cabd");
  EXPECT_EQ(after([](Order& o) { o.up("c", static_cast<std::size_t>(-1)); }), "cabd");
  EXPECT_EQ(after([](Order& o) { o.down("b", 3); }), "acdb");
  EXPECT_EQ(after([](Order& o) { o.down("b", static_cast<std::size_t>(-1)); }), "acdb");
}

TEST(Order, SwapsTwo) {
  EXPECT_EQ(after([](Order& o) { o.swap("a", "d"); }), "dbca");
  EXPECT_EQ(after([](Order& o) { o.swap("b", "b"); }), "abcd");
}

TEST(Order, Removes) {
  EXPECT_EQ(after([](Order& o) { o.remove("b"); }), "acd");
  EXPECT_EQ(after([](Order& o) {
              for (const char* const name : {"a", "b", "c", "d"}) o.remove(name);
            }),
            "");
}

TEST(Order, DisablesInPlace) {
  Order order = order_of("abc");
  order.set_enabled("b", false);
  EXPECT_EQ(names(order), "abc");
  EXPECT_FALSE(order.places()[1].is_enabled);
  order.set_enabled("b", true);
  EXPECT_TRUE(order.places()[1].is_enabled);
}

TEST(Order, AppendStaysAheadOfTheDefault) {
  Order order;
  order.append({"default", nullptr, nullptr});
  order.append(place("a"));
  order.append(place("b"));
  EXPECT_EQ(names(order), "abdefault");
}

TEST(Order, ARemovedNameIsFreeAgain) {
  Order order = order_of("ab");
  order.remove("a");
  order.append(place("a"));
  EXPECT_EQ(names(order), "ba");
}

/// Every edit with a name that is not there.
TEST(Order, UnknownNamesThrowAndChangeNothing) {
  Order order = order_of("abcd");
  const auto refused = [&](auto edit) {
    EXPECT_THROW(edit(order), std::invalid_argument);
    EXPECT_EQ(names(order), "abcd");
  };
  refused([](Order& o) { o.insert_before("x", place("y")); });
  refused([](Order& o) { o.insert_after("x", place("y")); });
  refused([](Order& o) { o.move_before("x", "a"); });
  refused([](Order& o) { o.move_before("a", "x"); });
  refused([](Order& o) { o.move_after("x", "a"); });
  refused([](Order& o) { o.move_after("a", "x"); });
  refused([](Order& o) { o.first("x"); });
  refused([](Order& o) { o.last("x"); });
  refused([](Order& o) { o.up("x", 1); });
  refused([](Order& o) { o.down("x", 1); });
  refused([](Order& o) { o.swap("x", "a"); });
  refused([](Order& o) { o.swap("a", "x"); });
  refused([](Order& o) { o.remove("x"); });
  refused([](Order& o) { o.set_enabled("x", false); });
  refused([](Order& o) { o.first(""); });
  refused([](Order& o) { o.first("A"); });
}

TEST(Order, NamesThatAreTakenOrEmptyThrowAndChangeNothing) {
  Order order = order_of("abcd");
  const auto refused = [&](auto edit) {
    EXPECT_THROW(edit(order), std::invalid_argument);
    EXPECT_EQ(names(order), "abcd");
  };
  refused([](Order& o) { o.append(place("a")); });
  refused([](Order& o) { o.prepend(place("d")); });
  refused([](Order& o) { o.insert_before("a", place("b")); });
  refused([](Order& o) { o.insert_after("a", place("a")); });
  refused([](Order& o) { o.append(place("")); });
}

TEST(Order, EditsOfAnEmptyOrderThrow) {
  Order order;
  EXPECT_THROW(order.first("a"), std::invalid_argument);
  EXPECT_THROW(order.last("a"), std::invalid_argument);
  EXPECT_THROW(order.down("a", 1), std::invalid_argument);
}

TEST(Order, AComplaintNamesTheHandler) {
  Order order = order_of("a");
  try {
    order.first("greylist");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string{error.what()}.find("\"greylist\""), std::string::npos);
  }
}

}  // namespace
}  // namespace quoth::event
