#include "bench/holder.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace quoth::bench {
namespace {

constexpr std::size_t max_opening = 200;  // at a time, lest a backlog overflows
constexpr std::chrono::milliseconds longest_wait{100};
constexpr std::chrono::milliseconds sweep_interval{250};
constexpr std::chrono::seconds close_limit{10};

}  // namespace

Holder::Holder(const Options& options, const Script& script)
    : options_{options}, script_{script}, tally_{std::make_unique<Tally>()} {
  if (options.scenario.tls == Tls::none) return;
  net::TlsClientOptions tls;
  tls.is_verified = false;
  tls_ = std::make_unique<net::TlsClient>(tls);
}

Holder::~Holder() = default;

bool Holder::open(std::size_t count, const std::atomic<bool>& is_stopped) {
  while (count > 0 || opening_ > 0) {
    if (is_stopped) return false;
    for (; count > 0 && opening_ < max_opening; --count) {
      Connection& connection =
          connections_.emplace_back(Surroundings{loop_, script_, options_},
                                    static_cast<Connection::Owner&>(*this), tls_.get());
      if (connections_.size() == 1) connection.keep_hello(&hello_);
      ++opening_;
      ++open_;
      connection.open();
    }
    run_once(longest_wait);
  }
  return true;
}

bool Holder::hold(std::chrono::milliseconds time, const std::atomic<bool>& is_stopped) {
  const Clock::time_point end = Clock::now() + time;
  while (!is_stopped) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    run_once(std::clamp(left, std::chrono::milliseconds{0}, longest_wait));
    if (left.count() <= 0) return true;
  }
  return false;
}

void Holder::close() {
  const Clock::time_point end = Clock::now() + close_limit;
  std::size_t under_way = 0;
  is_closing_ = true;
  for (Connection& connection : connections_) {
    if (!connection.is_ready()) continue;
    connection.quit();
    if (++under_way % max_opening == 0) run_once(std::chrono::milliseconds{0});
  }
  while (open_ > 0 && Clock::now() < end) run_once(longest_wait);
  connections_.clear();
  is_closing_ = false;
  held_ = 0;
  open_ = 0;
}

void Holder::run_once(std::chrono::milliseconds at_most) {
  loop_.run_once(at_most);
  if (loop_.now() < next_sweep_) return;
  next_sweep_ = loop_.now() + sweep_interval;
  for (Connection& connection : connections_) connection.check_time(loop_.now());
}

void Holder::on_connected(Connection& /*connection*/) { ++tally_->connections; }

void Holder::on_secured(Connection& /*connection*/, bool is_resumed) {
  ++(is_resumed ? tally_->resumptions : tally_->handshakes);
}

void Holder::on_ready(Connection& /*connection*/, bool /*is_sent*/) {
  --opening_;
  ++held_;
}

void Holder::on_failed(Connection& connection, std::string_view command, std::string_view reply) {
  tally_->note(command, reply);
  if (is_closing_) return;
  connection.is_ready() ? --held_ : --opening_;
}

void Holder::on_closed(Connection& /*connection*/) { --open_; }

}  // namespace quoth::bench
