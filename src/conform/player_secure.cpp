// The player's steps of TLS and AUTH.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>
#include <fmt/format.h>

#include "conform/judge.hpp"
#include "conform/player.hpp"
#include "conform/scram.hpp"
#include "conform/script.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "crypto/random.hpp"

namespace quoth::conform {
namespace {

using What = Wire::Received::What;

constexpr std::size_t nonce_octets = 18;

net::TlsClientOptions options_of(const Handshake& handshake) {
  net::TlsClientOptions options;
  options.is_verified = false;  // what is tested here is no certificate
  options.min_version = handshake.min_version;
  options.max_version = handshake.max_version;
  options.is_resuming = handshake.is_resuming;
  return options;
}

/// The octets of a 334 (RFC 4954 §4); none: it is none, or has no Base64.
std::optional<std::string> challenge_in(const Wire::Received& received) {
  if (received.what != What::reply || received.reply.code != 334) return std::nullopt;
  return decode_base64(received.reply.lines.front());
}

bool speaks_clear(std::string_view octets) {
  return !octets.empty() && ascii::is_digit(octets.front());
}

}  // namespace

Awaitable<Player::Next> Player::start_tls(const Step& step) {
  if (!wire_.pending().empty()) {
    co_return fail("octets in the clear came behind the reply to STARTTLS");
  }
  // Sessions stay with the client that got them.
  if (!tls_client_ || !step.tls.is_resumed) {
    const net::TlsClientOptions options = options_of(step.tls);
    tls_client_ = std::make_unique<net::TlsClient>(options);
  }
  std::string name = fill(step.tls.server_name, places_);
  const Result<void> done =
      co_await wire_.start_tls(*tls_client_, std::move(name), situation_.timeout);
  if (!done) {
    co_return miss(step, fmt::format("the TLS handshake failed: {}", done.error().message()));
  }
  if (step.tls.is_resumed && !wire_.tls()->is_resumed) co_return fail("the session is a new one");
  co_return Next::go_on;
}

Awaitable<Player::Next> Player::no_tls(const Step& step) {
  const Next sent = co_await send(step);
  if (sent == Next::stop) co_return sent;
  const bool came = co_await wire_.wait_for_octets(situation_.timeout);
  if (!came) co_return fail("neither an alert nor the end came");
  const std::string_view answer = wire_.pending();
  constexpr char handshake_record = 0x16;
  if (answer.starts_with(handshake_record)) co_return fail("the server goes on with a handshake");
  if (speaks_clear(answer)) co_return fail("the server goes on in the clear");
  co_return Next::go_on;
}

Awaitable<Player::Next> Player::closes() {
  const bool has_ended = co_await wire_.wait_for_end(situation_.timeout);
  if (speaks_clear(wire_.pending())) co_return fail("the server goes on in the clear");
  if (!has_ended) co_return fail("the server keeps the connection");
  co_return Next::go_on;
}

Awaitable<Wire::Received> Player::answer_to(std::string line) {
  line += crlf;
  const Result<void> sent = co_await wire_.send(line, situation_.timeout);
  static_cast<void>(sent);  // the answer tells
  Wire::Received received = co_await wire_.receive(situation_.timeout);
  if (received.what == What::reply) seen_(case_, received.reply);
  co_return received;
}

std::string Player::channel_octets(const Scram& how) const {
  const net::TlsBindings bindings = wire_.bindings();
  const bool is_end_point = how.header.starts_with("p=tls-server-end-point");
  return (is_end_point ? bindings.server_end_point : bindings.exporter).value_or(std::string{});
}

/// RFC 5802 §5; RFC 4954 §4: what goes with success comes as one challenge more.
Awaitable<Player::Next> Player::scram(const Step& step) {
  const Scram& how = step.scram;
  std::string password = how.is_right ? situation_.password : "quoth-conform-wrong";
  std::string nonce = encode_base64(crypto::random_octets(nonce_octets));
  std::string channel = channel_octets(how);
  ScramClient client{how, std::move(password), std::move(nonce), std::move(channel)};
  const std::string user = fill(how.user, places_);
  std::string line =
      fmt::format("AUTH SCRAM-SHA-{}{} {}", how.is_sha256 ? "256" : "1",
                  how.header.starts_with('p') ? "-PLUS" : "", encode_base64(client.first(user)));
  Wire::Received received = co_await answer_to(std::move(line));
  const std::optional<std::string> server_first = challenge_in(received);
  if (!server_first) co_return judge_end(step, received);
  const ScramClient::Last last = client.last(*server_first);
  if (!last.problem.empty()) co_return fail(last.problem);
  std::string answer = encode_base64(last.message);
  received = co_await answer_to(std::move(answer));
  const std::optional<std::string> server_final = challenge_in(received);
  if (!server_final) co_return judge_end(step, received);
  const std::string problem = client.problem_of_end(*server_final);
  const bool is_success = is_among(auth_success, step.codes);
  if (is_success && !problem.empty()) co_return fail(problem);
  if (!is_success && problem.empty()) co_return fail("the server takes what is wrong");
  std::string nothing;
  received = co_await answer_to(std::move(nothing));
  co_return judge_end(step, received);
}

/// The last reply to AUTH. One that comes without the server's proof is not for success.
Player::Next Player::judge_end(const Step& step, const Wire::Received& received) {
  if (received.what == What::reply) return judge(step, received.reply);
  if (received.what == What::end && names(step.codes, "end")) return Next::stop;
  return miss(step,
              fmt::format("wanted {}, but {}", step.codes,
                          received.what == What::end ? "the connection ended" : "nothing came"));
}

}  // namespace quoth::conform
