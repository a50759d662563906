#include <quoth/delivery.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "delivery/maildir/leftovers.hpp"
#include "delivery/maildir/sink.hpp"
#include "delivery/route_table.hpp"
#include "net/offload.hpp"
#include "spool/discard_sink.hpp"
#include "spool/folder.hpp"

namespace quoth {
namespace delivery {
namespace {

// Syncs wait for the disk, not for the processor: enough of them let the disk do several at once.
constexpr std::size_t sync_threads = 16;

// What must be free beyond a message's own octets, so that deliveries under way still fit.
constexpr std::uint64_t reserve_octets = std::uint64_t{1} << 20U;

std::string machine_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) < 0 || name[0] == '\0') return "localhost";
  return name.data();
}

/// Kept in a session: the message that has a sink. What has none is stored by nobody.
struct Routed {
  std::string queue_id;
};

/// Accepts what choose() has seen to, and nothing else: a handler ahead of it, or a raw one, may
/// have let the text in by itself.
Decision accept_stored(const event::Message& message) {
  const Routed* const routed = message.session.storage().find<Routed>();
  if (routed != nullptr && routed->queue_id == message.queue_id) return accept();
  return defer("4.3.0 nothing stores this message, try again later");
}

/// Where a bare LF may stand in a message, LF for CRLF would alter it.
maildir::FileLineEnds line_ends_for(const event::Data& data) {
  const bool may_be_bare = data.session.limits().text.bare_line_ends == smtp::BareLineEnds::pass;
  const bool is_binary = data.envelope.mail.body == smtp::Body::binary_mime;
  return may_be_bare || is_binary ? maildir::FileLineEnds::kept : maildir::FileLineEnds::lf;
}

class Router final : public Plugin {
 public:
  explicit Router(const std::vector<Route>& routes)
      : table_{routes}, machine_{machine_name()}, pool_{sync_threads} {}
  ~Router() override { pool_.join(); }

  [[nodiscard]] std::string_view name() const noexcept override { return "routes"; }

  void attach(Chains& chains) override {
    chains.get<event::Rcpt>().prepend("routes", [this](event::Rcpt& rcpt) { return check(rcpt); });
    chains.get<event::Data>().append("routes", [this](event::Data& data) { return choose(data); });
    chains.get<event::Message>().append(
        "routes", [](event::Message& message) { return accept_stored(message); });
  }

  void start(Log& log) override;
  void stop() noexcept override { pool_.join(); }

 private:
  Decision check(const event::Rcpt& rcpt) const;
  Decision choose(event::Data& data);

  RouteTable table_;
  std::string machine_;
  net::BlockingPool pool_;
};

void Router::start(Log& log) {
  for (const auto& entry : table_.entries()) {
    if (!entry.target.maildir) continue;
    const std::string& pattern = entry.target.maildir->text();
    const std::size_t removed = maildir::remove_leftovers(pattern, machine_);
    if (removed == 0) continue;
    log.write(LogLevel::info, LogEvent::leftovers_removed,
              {{"path", std::string_view{pattern}}, {"files", static_cast<std::int64_t>(removed)}});
  }
}

Decision Router::check(const event::Rcpt& rcpt) const {
  // Whoever owns a bare postmaster gives it a domain first (RFC 5321 §4.5.1).
  if (rcpt.recipient.is_bare_postmaster()) return pass();
  const RouteTable::Target* const target = table_.find(rcpt.recipient.domain());
  if (target == nullptr) return reject("5.7.1 no mail for that domain here");
  if (target->maildir && !target->maildir->expand(rcpt.recipient)) {
    return answer(smtp::code::mailbox_error, "5.1.3 that mailbox name is too long here");
  }
  return pass();
}

Decision Router::choose(event::Data& data) {
  data.session.storage().get<Routed>().queue_id = data.queue_id;
  if (data.has_sink()) return pass();
  Result<std::vector<std::string>> maildirs = table_.maildirs(data.envelope);
  if (!maildirs) return answer(smtp::code::transaction_failed, "5.1.2 no route for a recipient");
  if (maildirs->empty()) {
    data.store_in(std::make_unique<spool::DiscardSink>());
    return pass();
  }
  const Result<std::uint64_t> free = spool::free_octets(maildirs->front());
  if (free && *free < data.envelope.mail.size.value_or(0) + reserve_octets) {
    return answer(smtp::code::no_storage, "4.3.1 not enough space left, try again later");
  }
  maildir::Sink::Settings settings{pool_, machine_, [this](const smtp::Envelope& envelope) {
                                     return table_.maildirs(envelope);
                                   }};
  settings.line_ends = line_ends_for(data);
  data.store_in(std::make_unique<maildir::Sink>(std::move(settings), *std::move(maildirs),
                                                maildir::top_fields(data.envelope, data.received)));
  return pass();
}

}  // namespace
}  // namespace delivery

std::unique_ptr<Plugin> routes(std::vector<Route> routes) {
  return std::make_unique<delivery::Router>(routes);
}

}  // namespace quoth
