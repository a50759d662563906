// Looks at messages while they come: one without a Subject is refused before its text is read, and
// the octets of the others are counted as they arrive. Speaks LMTP, which has a reply for each
// recipient.
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <quoth/server.hpp>

namespace {

namespace event = quoth::event;

/// Counts lines as they come. Whoever has to write somewhere says so with `true`, and does it in
/// flush(): the client waits meanwhile.
class LineCounter final : public quoth::BodyReader {
 public:
  [[nodiscard]] bool append(std::string_view octets) override {
    for (const char c : octets) lines_ += c == '\n' ? 1 : 0;
    return false;
  }
  [[nodiscard]] quoth::Awaitable<quoth::Result<void>> flush() override {
    co_return quoth::Result<void>{};
  }
  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

 private:
  std::uint64_t lines_ = 0;
};

/// What a session keeps of the message that comes.
struct Incoming {
  std::shared_ptr<LineCounter> counter;
};

quoth::Decision count_lines(event::Data& data) {
  auto& incoming = data.session.storage().get<Incoming>();
  incoming.counter = std::make_shared<LineCounter>();
  data.read_with(incoming.counter);
  return quoth::pass();
}

quoth::Decision want_subject(event::Headers& headers) {
  if (headers.section.find("Subject")) return quoth::pass();
  return quoth::reject("5.6.0 a message needs a Subject");
}

/// Accepts for all, but for those who are on holiday.
quoth::Decision settle(event::Message& message) {
  for (const auto& recipient : message.envelope.recipients) {
    if (recipient.recipient.local() != "away") continue;
    message.outcomes.set(recipient.place, {450, "4.2.1 on holiday, try again later"});
  }
  std::cout << message.session.storage().get<Incoming>().counter->lines() << " lines\n";
  return quoth::accept();
}

}  // namespace

int main(int argc, char** argv) {
  quoth::Server server{{.hostname = "mx.example.org",
                        .listen = {argc > 1 ? argv[1] : "127.0.0.1:2424"},
                        .protocol = quoth::smtp::Protocol::lmtp}};
  server.on<event::Rcpt>("all", [](event::Rcpt&) { return quoth::accept(); });
  server.on<event::Data>("count", count_lines);
  server.on<event::Headers>("subject", want_subject);
  server.on<event::Message>("settle", settle);
  return server.run();
}
