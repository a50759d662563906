// What a session keeps for its handlers, and the three ways to bring handlers into a server.

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <quoth/server.hpp>

#include "support/recorder.hpp"
#include "support/smtp_client.hpp"
#include "support/test_server.hpp"

namespace quoth::session {
namespace {

using support::greeted;
using support::SmtpClient;
using support::TestServer;
using testing::StartsWith;

/// What two handlers share in a session.
struct Tally {
  int noops = 0;
};

struct Other {
  int value = 7;
};

TEST(Storage, HoldsOneObjectOfEachType) {
  Storage storage;
  EXPECT_EQ(storage.find<Tally>(), nullptr);
  storage.get<Tally>().noops = 3;
  EXPECT_EQ(storage.get<Tally>().noops, 3);
  EXPECT_EQ(storage.find<Tally>()->noops, 3);
  EXPECT_EQ(storage.find<Other>(), nullptr);
  EXPECT_EQ(storage.get<Other>().value, 7);
  EXPECT_EQ(storage.get<Tally>().noops, 3);
}

TEST(Storage, AnObjectStaysWhereItIs) {
  Storage storage;
  const Tally* const first = &storage.get<Tally>();
  storage.get<Other>().value = 1;
  storage.get<std::string>() = "another";
  EXPECT_EQ(&storage.get<Tally>(), first);
}

TEST(Storage, IsSharedByTheHandlersOfASessionAndNobodyElse) {
  TestServer server;
  server.on_verb("NOOP", "count", [](event::Command& command) {
    ++command.session.storage().get<Tally>().noops;
    return pass();
  });
  server.on_verb("XTALLY", "tell", [](event::Command& command) {
    return accept("2.0.0 " + std::to_string(command.session.storage().get<Tally>().noops));
  });
  server.start();
  SmtpClient one = greeted(server);
  SmtpClient two = greeted(server);
  for (int i = 0; i < 3; ++i) one.command("NOOP");
  two.command("NOOP");
  EXPECT_EQ(one.command("XTALLY"), "250 2.0.0 3");
  EXPECT_EQ(two.command("XTALLY"), "250 2.0.0 1");
}

struct Marker {
  support::Recorder* ends = nullptr;
  ~Marker() {
    if (ends != nullptr) ends->add("freed");
  }
};

TEST(Storage, LivesFromConnectToDisconnect) {
  support::Recorder ends;
  TestServer server;
  server.on<event::Connect>("put", [&](event::Connect& connect) {
    connect.session.storage().get<Marker>().ends = &ends;
    return pass();
  });
  server.on<event::Disconnect>("find", [&](event::Disconnect& disconnect) {
    ends.add(disconnect.session.storage().find<Marker>() != nullptr ? "found" : "missing");
  });
  server.start();
  {
    SmtpClient client = greeted(server);
    EXPECT_EQ(ends.all().size(), 0U);
  }
  EXPECT_TRUE(ends.wait_for("freed"));
  EXPECT_THAT(ends.all(), testing::ElementsAre("found", "freed"));
}

TEST(Session, TellsWhoIsThereAndWhatWasSaid) {
  ServerOptions options = support::test_options();
  options.alias = "front";
  TestServer server{options};
  support::accept_all(server);
  server.on_verb("XTELL", "tell", [](event::Command& command) {
    const Session& session = command.session;
    std::string text = "2.0.0 ";
    text.append(session.server()).append(" ").append(session.hostname()).append(" ");
    text.append(session.client().address).append(" ").append(session.helo());
    text += session.is_extended() ? " esmtp" : " smtp";
    text += session.in_transaction() ? " in" : " out";
    text += " " + std::to_string(session.envelope().recipients.size());
    if (session.id().empty() || session.client().port == 0) text += " but something is missing";
    return accept(text);
  });
  server.start();
  SmtpClient client = server.client();
  client.reply();
  EXPECT_EQ(client.command("XTELL"), "250 2.0.0 front mx.test 127.0.0.1  smtp out 0");
  support::converse(client, {{"EHLO c.test", "250"}, {"MAIL FROM:<a@b>", "250"}});
  client.command("RCPT TO:<c@d>");
  EXPECT_EQ(client.command("XTELL"), "250 2.0.0 front mx.test 127.0.0.1 c.test esmtp in 1");
  client.command("HELO d.test");
  EXPECT_EQ(client.command("XTELL"), "250 2.0.0 front mx.test 127.0.0.1 d.test smtp out 0");
}

TEST(Session, TwoSessionsHaveTwoIds) {
  TestServer server;
  server.on_verb("XID", "tell",
                 [](event::Command& command) { return accept("2.0.0 " + command.session.id()); });
  server.start();
  SmtpClient one = greeted(server);
  SmtpClient two = greeted(server);
  EXPECT_NE(one.command("XID"), two.command("XID"));
}

TEST(Session, HasAnOrderOfItsOwn) {
  TestServer server;
  support::accept_all(server);
  server.on<event::Helo>("operator", [](event::Helo& helo) {
    if (helo.name == "operator.test") helo.session.chains().get<event::Rcpt>().disable("accept");
    return pass();
  });
  server.start();
  SmtpClient normal = greeted(server);
  SmtpClient special = server.client();
  special.reply();
  support::converse(
      special,
      {{"EHLO operator.test", "250"}, {"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "550"}});
  support::converse(normal, {{"MAIL FROM:<a@b>", "250"}, {"RCPT TO:<c@d>", "250"}});
}

/// The ancestor's three forms in one server: functions, a type's functions, an object's methods.
struct Package {
  static Decision on(event::Rcpt& rcpt) {
    return rcpt.recipient.local() == "package" ? accept("2.1.5 package") : pass();
  }
};

struct Object {
  int asked = 0;
  Decision on(event::Rcpt& rcpt) {
    ++asked;
    return rcpt.recipient.local() == "object" ? accept("2.1.5 object") : pass();
  }
};

TEST(Registration, ThreeForms) {
  Object object;
  TestServer server;
  server.on<event::Rcpt>("lambda", [](event::Rcpt& rcpt) {
    return rcpt.recipient.local() == "lambda" ? accept("2.1.5 lambda") : pass();
  });
  server.use<Package>("package");
  server.use("object", object);
  server.start();
  SmtpClient client = greeted(server);
  support::converse(client, {{"MAIL FROM:<a@b>", "250"},
                             {"RCPT TO:<lambda@d>", "250 2.1.5 lambda"},
                             {"RCPT TO:<package@d>", "250 2.1.5 package"},
                             {"RCPT TO:<object@d>", "250 2.1.5 object"},
                             {"RCPT TO:<nobody@d>", "550"}});
  EXPECT_EQ(object.asked, 2);
}

class Steps final : public Plugin {
 public:
  explicit Steps(support::Recorder& steps) : steps_{steps} {}
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;
  ~Steps() override { steps_.add("destroyed"); }
  [[nodiscard]] std::string_view name() const noexcept override { return "steps"; }
  void define(smtp::Dialect& dialect) override {
    dialect.define({.name = "XPLUGIN", .syntax = "XPLUGIN"});
    steps_.add("define");
  }
  void attach(Chains& chains) override {
    chains.verb("XPLUGIN").append("steps", [](event::Command&) { return accept("2.0.0 plugin"); });
    steps_.add("attach");
  }
  void start(Log& /*log*/) override { steps_.add("start"); }

 private:
  support::Recorder& steps_;
};

TEST(Registration, APluginDefinesAttachesStartsAndGoesWithItsServer) {
  support::Recorder steps;
  {
    TestServer server;
    server.use(std::make_unique<Steps>(steps));
    EXPECT_THAT(steps.all(), testing::ElementsAre("define", "attach"));
    server.start();
    SmtpClient client = greeted(server);
    EXPECT_EQ(client.command("XPLUGIN"), "250 2.0.0 plugin");
  }
  EXPECT_THAT(steps.all(), testing::ElementsAre("define", "attach", "start", "destroyed"));
}

class Refuses final : public Plugin {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "refuses"; }
  void attach(Chains& /*chains*/) override {}
  void start(Log& /*log*/) override { throw std::runtime_error("no database"); }
};

TEST(Registration, APluginThatCannotStartStopsTheStart) {
  TestServer server;
  server.use(std::make_unique<Refuses>());
  EXPECT_THROW(server.start(), std::runtime_error);
}

TEST(Registration, ANameThatIsTakenThrows) {
  TestServer server;
  server.on<event::Mail>("one", [](event::Mail&) { return pass(); });
  EXPECT_THROW(server.on<event::Mail>("one", [](event::Mail&) { return pass(); }),
               std::invalid_argument);
  server.on<event::Rcpt>("one", [](event::Rcpt&) { return pass(); });
}

}  // namespace
}  // namespace quoth::session
