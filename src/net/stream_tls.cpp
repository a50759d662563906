// Stream over TLS: TlsSession does the work and says what it waits for, here is who waits.

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <quoth/assert.hpp>

#include "net/stream.hpp"
#include "net/tls_client.hpp"
#include "net/tls_facts.hpp"
#include "net/tls_server.hpp"
#include "net/tls_session.hpp"

namespace quoth::net {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable_t<Executor>{});

Socket::wait_type readiness(TlsStep::Wait wait) noexcept {
  return wait == TlsStep::Wait::room ? Socket::wait_write : Socket::wait_read;
}

bool is_done(const TlsStep& step) noexcept { return step.wait == TlsStep::Wait::nothing; }

error_code aborted() noexcept { return make_error_code(asio::error::operation_aborted); }

}  // namespace

// Each loop below looks at `cancels` after its wait: readiness that came just before cancel() must
// not lead to another wait, which nothing would end.

Awaitable<Result<void>> Stream::accept_tls(TlsServer& server) {
  QUOTH_ASSERT(!tls_);
  Result<std::unique_ptr<TlsSession>> session =
      TlsSession::accept(server.contexts(), socket_.native_handle());
  if (!session) co_return session.error();
  tls_ = *std::move(session);
  co_return co_await shake_hands();
}

Awaitable<Result<void>> Stream::connect_tls(TlsClient& client, std::string server_name) {
  QUOTH_ASSERT(!tls_);
  Result<std::unique_ptr<TlsSession>> session =
      TlsSession::connect(client.state(), socket_.native_handle(), server_name);
  if (!session) co_return session.error();
  tls_ = *std::move(session);
  co_return co_await shake_hands();
}

Awaitable<Result<void>> Stream::shake_hands() {
  const unsigned cancels = tls_->waits().cancels;
  for (;;) {
    const TlsStep step = tls_->handshake();
    if (step.error) co_return step.error;
    if (is_done(step)) co_return Result<void>{};
    const std::tuple<error_code> ready =
        co_await socket_.async_wait(readiness(step.wait), as_result);
    if (std::get<0>(ready)) co_return std::get<0>(ready);
    if (tls_->waits().cancels != cancels) co_return aborted();
  }
}

const TlsFacts* Stream::tls() const noexcept {
  return tls_ && tls_->facts() ? &*tls_->facts() : nullptr;
}

TlsBindings Stream::channel_bindings() const {
  TlsBindings bindings;
  if (tls() == nullptr) return bindings;
  bindings.exporter = tls_exporter(tls_->ssl());
  bindings.server_end_point = tls_server_end_point(tls_->ssl());
  return bindings;
}

Awaitable<Result<std::size_t>> Stream::read_tls(std::span<char> buffer) {
  const unsigned cancels = tls_->waits().cancels;
  for (;;) {
    const TlsStep step = tls_->read(buffer);
    if (step.error) co_return step.error;
    if (is_done(step)) co_return step.octets;
    const std::tuple<error_code> ready =
        co_await socket_.async_wait(readiness(step.wait), as_result);
    if (std::get<0>(ready)) co_return std::get<0>(ready);
    if (tls_->waits().cancels != cancels) co_return aborted();
  }
}

/// Looks into the records: a socket that has octets may have half a record, or one without text.
Awaitable<Result<void>> Stream::tls_readable() {
  const unsigned cancels = tls_->waits().cancels;
  for (;;) {
    const TlsStep step = tls_->peek();
    // read_some() would not wait for an error, either.
    if (step.error || is_done(step)) co_return Result<void>{};
    const std::tuple<error_code> ready =
        co_await socket_.async_wait(readiness(step.wait), as_result);
    if (std::get<0>(ready)) co_return std::get<0>(ready);
    if (tls_->waits().cancels != cancels) co_return aborted();
  }
}

bool Stream::has_tls_input() noexcept {
  // A few records may be without text: tickets, new keys.
  for (int records = 0; records < 4; ++records) {
    const TlsStep step = tls_->peek();
    if (step.error || is_done(step)) return step.octets > 0;
    char octet = 0;
    if (::recv(socket_.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) return false;
  }
  return false;
}

Result<std::size_t> Stream::try_write_tls(std::string_view octets) noexcept {
  const TlsStep step = tls_->write(octets);
  // What was taken is said first; the error comes again with the next call.
  if (step.error && step.octets == 0) return step.error;
  return step.octets;
}

Awaitable<Result<void>> Stream::write_tls(std::string_view octets) {
  const unsigned cancels = tls_->waits().cancels;
  for (;;) {
    const TlsStep step = tls_->write(octets);
    if (step.error) co_return step.error;
    octets.remove_prefix(step.octets);
    if (octets.empty()) co_return Result<void>{};
    const std::tuple<error_code> ready =
        co_await socket_.async_wait(readiness(step.wait), as_result);
    if (std::get<0>(ready)) co_return std::get<0>(ready);
    if (tls_->waits().cancels != cancels) co_return aborted();
  }
}

void Stream::watch_tls(std::weak_ptr<std::function<void()>> gone) {
  const TlsStep step = tls_->peek();
  if (step.error) {
    asio::post(socket_.get_executor(), [gone = std::move(gone)] {
      if (const std::shared_ptr<std::function<void()>> call = gone.lock()) (*call)();
    });
  } else if (!is_done(step)) {
    auto look_again = [this, gone = std::move(gone)](const error_code& error) mutable {
      // The session holds it until cancel(): while it is there, so is the stream.
      if (!error && !gone.expired()) watch_tls(std::move(gone));
    };
    socket_.async_wait(readiness(step.wait), std::move(look_again));
  }
}

}  // namespace quoth::net
