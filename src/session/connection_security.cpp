#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/error.hpp>

#include "crypto/secret.hpp"
#include "net/read_proxy_header.hpp"
#include "session/claims.hpp"
#include "session/connection.hpp"

namespace quoth::session {
namespace {

using smtp::Reply;
namespace code = smtp::code;
using SteadyClock = std::chrono::steady_clock;

/// The name in what the client showed; empty: there is none that can be relied on.
std::string name_in(const auth::Credentials& credentials) {
  if (const auto* password = std::get_if<auth::Password>(&credentials)) return password->user;
  if (const auto* scram = std::get_if<auth::ScramUser>(&credentials)) return scram->user;
  if (const auto* token = std::get_if<auth::BearerToken>(&credentials)) return token->user;
  return {};
}

void wipe_secret(auth::Credentials& credentials) noexcept {
  if (auto* password = std::get_if<auth::Password>(&credentials)) crypto::wipe(password->password);
  if (auto* token = std::get_if<auth::BearerToken>(&credentials)) crypto::wipe(token->token);
}

Reply bad_credentials() {  // RFC 4954 §6
  return {code::bad_credentials, "5.7.8 authentication credentials invalid"};
}

Reply failed_for_now() {  // RFC 4954 §4
  return {code::temporary_failure, "4.7.0 cannot authenticate now, try again later"};
}

/// Whom the client is taken for, if the handler has said yes; none if it may not act as that one.
std::optional<std::string> identity(const event::Auth& auth) {
  const std::string name = auth.user().empty() ? name_in(auth.credentials) : auth.user();
  const bool is_other = !auth.authorization.empty() && auth.authorization != name;
  if (name.empty() || is_other) return std::nullopt;
  return name;
}

}  // namespace

// ---- PROXY

/// A trusted peer begins with whom it speaks for; where nothing of the kind comes, something is
/// wrong there, and nobody is answered.
Awaitable<void> Connection::read_claim() {
  if (is_draining_) co_return end("server stops");
  deadline_.set(hurried(context_.options.timeouts.proxy_header));
  is_waiting_ = true;
  const Result<net::ProxyHeader> header = co_await net::read_proxy_header(stream_);
  is_waiting_ = false;
  is_hurried_ = false;
  if (!header) co_return note_no_claim(header.error());
  deadline_.clear();
  const std::optional<net::PeerKeys> keys = take_claim(session_.facts(), *header);
  if (!header->is_local) trust_no_further(keys);
  if (!keys) co_return;
  arrival_.keys = keys;
  const std::optional<Defence> limit = arrival_.identify ? arrival_.identify(*keys) : std::nullopt;
  if (!limit) co_return;
  hang_up({code::not_available, "4.7.0 too many connections from you, try again later"},
          "over a limit");
  meet(*limit);
}

/// What the proxy itself may say is not what its clients may: those are trusted by their own
/// addresses, and by none if nobody knows them.
void Connection::trust_no_further(const std::optional<net::PeerKeys>& client) {
  const Trusted& trusted = context_.trusted;
  arrival_.may_xclient = client && trusted.xclient.contains(client->address);
  arrival_.may_xforward = client && trusted.xforward.contains(client->address);
}

void Connection::note_no_claim(const error_code& error) {
  const bool is_late = deadline_.has_expired();
  deadline_.clear();
  end("no PROXY header");
  const std::string why = is_late ? "it did not come in time" : error.message();
  context_.options.log->write(LogLevel::warn, LogEvent::proxy_failed,
                              {{"sess", std::string_view{session_.id()}},
                               {"server", session_.server()},
                               {"ip", std::string_view{session_.client().address}},
                               {"why", std::string_view{why}}});
}

std::optional<net::AddressKey> Connection::network() const noexcept {
  return arrival_.keys ? std::optional{arrival_.keys->network} : std::nullopt;
}

// ---- TLS

/// The handshake, and the conversation that begins anew behind it.
Awaitable<void> Connection::secure() {
  if (!output_.empty() && !flush_now()) co_await flush_rest();
  forget_clear_text();
  if (is_over()) co_return;
  const Result<void> done = co_await shake_hands();
  if (!done) co_return note_no_tls(done.error());
  deadline_.clear();
  command_due_ = {};
  session_.facts().tls = TlsFacts{*stream_.tls()};
  if (context_.options.tls.mode != TlsMode::implicit) co_await announce_tls();
}

Awaitable<Result<void>> Connection::shake_hands() {
  if (is_draining_ || context_.tls == nullptr) {
    co_return boost::asio::error::make_error_code(boost::asio::error::operation_aborted);
  }
  const net::HandshakePlace place{*context_.tls};
  if (!place) co_return boost::asio::error::make_error_code(boost::asio::error::no_buffer_space);
  // Whoever holds places and does not use them shall not keep others out for long.
  const Milliseconds usual = hurried(context_.options.tls.handshake_timeout);
  const bool is_crowded = context_.tls->is_crowded();
  deadline_.set(is_crowded ? std::min(usual, context_.options.defences.overload_timeout) : usual);
  is_waiting_ = true;  // a stop need not wait for it
  const Result<void> done = co_await stream_.accept_tls(*context_.tls);
  is_waiting_ = false;
  is_hurried_ = false;
  const bool has_expired = deadline_.has_expired();
  deadline_.clear();
  if (!done && has_expired)
    co_return boost::asio::error::make_error_code(boost::asio::error::timed_out);
  co_return done;
}

/// RFC 3207 §4.2: nothing that was said in the clear counts any more, and what came and was not
/// looked at is thrown away. Neither the buffer nor the protocol can be made of an earlier one's
/// octets.
void Connection::forget_clear_text() {
  run_.reset();
  in_hand_ = 0;
  input_.forget();
  speech_ = &context_.secured;
  protocol_ = smtp::ServerProtocol{speech_->dialect(), protocol_.tally()};
  forget_claim(session_.facts());
  session_.facts().user.clear();
  session_.facts().auth_mechanism.clear();
}

void Connection::note_no_tls(const error_code& error) {
  const bool is_full = error == boost::asio::error::no_buffer_space;
  context_.defences.add(is_full ? Defence::handshakes : Defence::failed_handshake);
  end(error == boost::asio::error::timed_out ? "TLS handshake timed out" : "no TLS handshake");
  const std::string why = error.message();
  context_.options.log->write(LogLevel::info, LogEvent::tls_failed,
                              {{"sess", std::string_view{session_.id()}},
                               {"server", session_.server()},
                               {"ip", std::string_view{session_.client().address}},
                               {"why", std::string_view{why}}});
}

/// Behind STARTTLS a refusal goes out at once: the client takes it for the answer to its EHLO.
Awaitable<void> Connection::announce_tls() {
  event::Tls tls{session_, *session_.tls()};
  event::Dispatch dispatch = dispatch_of(tls);
  const Decision decision = co_await settle(dispatch, context_.options.timeouts.handler);
  if (late_) co_await await_late_handler();
  if (is_over() || !decision || decision->is_positive()) co_return;
  if (context_.options.tls.mode == TlsMode::implicit) co_return protocol_.greet(*decision, output_);
  hang_up(*decision, "closed by handler");
}

// ---- AUTH

/// Takes the exchange on to where the client has to say more, or to its end.
Awaitable<void> Connection::continue_exchange() {
  if (authentication_->broken_off) {
    Reply answer = *authentication_->broken_off;
    co_return co_await end_exchange(std::move(answer));
  }
  auth::Exchange& exchange = *authentication_->exchange;
  std::optional<std::string> response = std::exchange(authentication_->response, std::nullopt);
  auth::Step step = std::exchange(authentication_->has_begun, true) ? exchange.respond(*response)
                                                                    : exchange.begin(response);
  if (response) crypto::wipe(*response);
  while (std::holds_alternative<auth::Question>(step)) co_await ask(step);
  if (is_over()) co_return;
  if (const auto* challenge = std::get_if<auth::Challenge>(&step)) {
    co_return protocol_.challenge(challenge->text, output_);
  }
  Reply reply{code::authenticated, "2.7.0 authentication succeeded"};
  if (const auto* failure = std::get_if<auth::Failure>(&step)) {
    const bool is_malformed = failure->why == auth::Failure::Why::malformed;
    reply = is_malformed
                ? Reply{code::arg_syntax_error, "5.5.2 that is no message of the mechanism"}
                : authentication_->refusal.value_or(bad_credentials());
  }
  co_await end_exchange(std::move(reply));
}

/// Has the handlers of `Auth` answer the question that `step` is; what follows takes its place.
Awaitable<void> Connection::ask(auth::Step& step) {
  auth::Question& question = std::get<auth::Question>(step);
  authentication_->tried = name_in(question.credentials);
  event::Auth event{session_, authentication_->mechanism->name, question.credentials,
                    question.authorization};
  event::Dispatch dispatch = dispatch_of(event);
  Decision decision = co_await settle(dispatch, context_.options.timeouts.handler);
  if (late_) co_await await_late_handler();
  wipe_secret(question.credentials);
  if (dispatch.has_failed()) decision = failed_for_now();
  auth::Verdict verdict;
  if (decision && decision->code() < 300) {
    std::optional<std::string> user = identity(event);
    verdict.is_accepted = user.has_value();
    if (user) authentication_->user = *std::move(user);
    verdict.keys = event.take_keys();
  } else if (decision) {
    authentication_->refusal = std::move(decision);
    // What is so for now only, or closes, is no secret of any user.
    if (!authentication_->refusal->is_permanent()) {
      step = auth::Failure{};
      co_return;
    }
  }
  step = authentication_->exchange->settle(std::move(verdict));
}

Awaitable<void> Connection::end_exchange(Reply reply) {
  command_due_ = {};
  const bool has_succeeded = reply.code() == code::authenticated;
  if (has_succeeded) {
    session_.facts().user = authentication_->user;
    session_.facts().auth_mechanism = authentication_->mechanism->name;
    context_.guard.succeeded(network(), authentication_->tried, SteadyClock::now());
    event::LoggedIn login{session_};
    event::Dispatch dispatch = dispatch_of(login);
    static_cast<void>(co_await settle(dispatch, context_.options.timeouts.handler));
    if (late_) co_await await_late_handler();
  } else {
    const Milliseconds delay = count_failure(reply);
    co_await pause(delay);
  }
  log_login(reply);
  const bool is_broken_off = authentication_->broken_off.has_value();
  authentication_.reset();
  if (is_over()) co_return;
  const bool is_last = !has_succeeded && !reply.closes() && has_failed_too_often();
  if (is_last) {
    reply = {code::not_available, "4.7.0 too many failed logins, closing connection"};
  }
  protocol_.answer(reply, output_);
  is_last ? meet(Defence::auth_failures) : note_defence();
  const bool is_finished = protocol_.state() == smtp::State::finished;
  if (is_finished) end(is_broken_off ? "no SMTP" : "closed by handler");
}

/// Counts an exchange that came to nothing.
/// @returns how long its reply is to wait: also where nothing was guessed, lest the next one takes
/// the place of somebody who would log in.
Connection::Milliseconds Connection::count_failure(const Reply& reply) {
  ++failed_exchanges_;
  const SteadyClock::time_point now = SteadyClock::now();
  const std::string& tried = authentication_->tried;
  // Whoever asks for the challenge of a user and does not answer it is after who exists.
  const bool is_left = authentication_->broken_off || reply.code() == code::arg_syntax_error;
  if (reply.code() == code::bad_credentials || (is_left && !tried.empty())) {
    context_.defences.add(Defence::failed_login);
    return context_.guard.failed(network(), tried, now);
  }
  return reply.is_permanent() ? Milliseconds{0} : context_.guard.delay(network(), tried, now);
}

bool Connection::has_failed_too_often() const noexcept {
  const std::optional<std::size_t>& attempts = context_.options.auth.attempts;
  return attempts && failed_exchanges_ >= *attempts;
}

/// The connection ends within an exchange, which counts as one that was cancelled.
void Connection::leave_exchange() {
  if (!authentication_->tried.empty()) {
    static_cast<void>(count_failure({code::arg_syntax_error, "5.7.0 authentication cancelled"}));
  }
  authentication_.reset();
}

/// Whoever guesses passwords has to wait for each answer.
Awaitable<void> Connection::pause(Milliseconds time) {
  if (time <= Milliseconds{0} || is_draining_) co_return;
  deadline_.clear();
  paused_ = std::make_unique<net::Notice>(stream_.executor());
  static_cast<void>(co_await paused_->wait(time));
  paused_.reset();
}

/// Every login that succeeds, and of a network's others no flood.
void Connection::log_login(const Reply& reply) {
  const std::string summary = reply.summary();
  const bool has_succeeded = reply.code() == code::authenticated;
  std::optional<std::uint64_t> times = 1;
  if (!has_succeeded) {
    times = context_.guard.hear(network(), authentication_->tried, SteadyClock::now());
  }
  if (!times) return;
  context_.options.log->write(
      LogLevel::info, LogEvent::login,
      {{"sess", std::string_view{session_.id()}},
       {"server", session_.server()},
       {"ip", std::string_view{session_.client().address}},
       {"mech", authentication_->mechanism->name},
       {"user", std::string_view{has_succeeded ? authentication_->user : authentication_->tried}},
       {"tls", session_.tls() ? std::string_view{session_.tls()->version} : std::string_view{}},
       {"verdict", has_succeeded ? std::string_view{"accept"} : std::string_view{"reject"}},
       {"code", std::string_view{summary}},
       {"times", static_cast<std::int64_t>(*times)}});
}

}  // namespace quoth::session
