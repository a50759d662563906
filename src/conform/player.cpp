#include "conform/player.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/error.hpp>
#include <fmt/format.h>

#include "conform/judge.hpp"
#include "conform/opening.hpp"
#include "conform/script.hpp"

namespace quoth::conform {

using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto hello_steps = static_cast<std::ptrdiff_t>(Stage::hello);

/// Whether one of the lines is `line`.
bool has_line(std::string_view octets, std::string_view line) {
  while (!octets.empty()) {
    const std::size_t end = std::min(octets.find('\n'), octets.size() - 1) + 1;
    std::string_view each = octets.substr(0, end);
    octets.remove_prefix(end);
    while (each.ends_with('\n') || each.ends_with('\r')) each.remove_suffix(1);
    if (each == line) return true;
  }
  return false;
}

}  // namespace

Steps steps_to(Stage stage) {
  Steps all;
  all.push_back(reconnect().given());
  all.push_back(reply("220").given());
  all.push_back(say("{hello} conform.example.org", "250").given());
  all.push_back(mail("", "250").given());
  all.push_back(rcpt("", "250|251").given());
  all.push_back(say("DATA", "354").given());
  all.resize(static_cast<std::size_t>(stage));
  return all;
}

Player::Player(const net::Executor& executor, const Situation& situation, const Case& played,
               const ReplySeen& seen)
    : executor_{executor},
      situation_{situation},
      case_{played},
      seen_{seen},
      places_{situation.places},
      wire_{executor, outcome_.dialogue} {
  outcome_.about = &played;
}

Awaitable<Outcome> Player::play(std::string mark, std::string mark2) {
  const SteadyClock::time_point begin = SteadyClock::now();
  places_["mark"] = mark;
  places_["mark2"] = mark2;
  outcome_.mark = std::move(mark);
  outcome_.mark2 = std::move(mark2);
  hide_secrets();
  Steps steps = steps_to(case_.stage);
  if (logs_in()) {
    steps.insert(steps.begin() + hello_steps, say("AUTH PLAIN {plain}", "235").given());
  }
  steps.insert(steps.end(), case_.steps.begin(), case_.steps.end());
  for (const Step& step : steps) {
    if (!applies(step)) continue;
    const Next next = co_await perform(step);
    if (next == Next::stop) break;
  }
  co_await wire_.close();
  outcome_.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin);
  co_return std::move(outcome_);
}

Awaitable<Player::Next> Player::perform(const Step& step) {
  Next next = Next::go_on;
  switch (step.action) {
    case Step::Action::exchange:
    case Step::Action::same_reply: next = co_await exchange(step); break;
    case Step::Action::pause: static_cast<void>(co_await wire_.wait(step.time)); break;
    case Step::Action::silence: {
      const bool came = co_await wire_.wait(step.time);
      if (came) next = fail("octets came where nothing may come");
      break;
    }
    case Step::Action::half_close:
      outcome_.dialogue.note("we close our side");
      wire_.half_close();
      break;
    case Step::Action::reset:
      outcome_.dialogue.note("we reset the connection");
      wire_.reset_on_close();
      co_await wire_.close();
      break;
    case Step::Action::reconnect: next = co_await connect(step); break;
    case Step::Action::alive: next = co_await look_alive(); break;
    case Step::Action::start_tls: next = co_await start_tls(step); break;
    case Step::Action::no_tls: next = co_await no_tls(step); break;
    case Step::Action::closes: next = co_await closes(); break;
    case Step::Action::scram: next = co_await scram(step); break;
  }
  co_return next;
}

Awaitable<Player::Next> Player::connect(const Step& step) {
  co_await wire_.close();
  Opened opened = co_await open(wire_, situation_, case_.opening);
  if (opened.problem.empty()) co_return Next::go_on;
  co_return step.is_given ? skip(opened.skip, std::move(opened.problem))
                          : fail(std::move(opened.problem));
}

Awaitable<Player::Next> Player::look_alive() {
  outcome_.dialogue.note("another connection");
  Wire other{executor_, outcome_.dialogue};
  const Opened opened = co_await open(other, situation_, Opening::usual);
  if (!opened.problem.empty()) {
    co_await other.close();
    co_return fail(fmt::format("the server lives no more: {}", opened.problem));
  }
  const Wire::Received received = co_await other.receive(situation_.timeout);
  co_await other.close();
  if (received.what == Wire::Received::What::reply && received.reply.code != 0) {
    co_return Next::go_on;
  }
  co_return fail("another connection gets no answer");
}

Awaitable<Player::Next> Player::exchange(const Step& step) {
  Next next = Next::go_on;
  if (!wire_.is_open()) co_return fail("the case has no connection");
  if (!step.text.empty()) next = co_await send(step);
  if (next == Next::go_on && !step.codes.empty()) next = co_await receive(step);
  co_return next;
}

Awaitable<Player::Next> Player::send(const Step& step) {
  const std::string once = fill(step.text, places_);
  std::string octets;
  const std::size_t repeat = repeats(step, once.size());
  octets.reserve(once.size() * repeat);
  for (std::size_t i = 0; i < repeat; ++i) octets += once;
  if (has_line(octets, "QUIT")) has_said_quit_ = true;
  std::size_t piece = step.piece_octets == 0 ? octets.size() : step.piece_octets;
  std::string_view rest{octets};
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, piece);
    if (step.is_cut_once) piece = rest.size();
    const Result<void> sent = co_await wire_.send(part, situation_.timeout);
    if (!sent && sent.error() == boost::asio::error::timed_out) {
      co_return fail("the server does not read what is sent");
    }
    if (!sent) co_return Next::go_on;  // what it said before it went is to be judged
    rest.remove_prefix(part.size());
    if (step.time.count() > 0) static_cast<void>(co_await wire_.wait(step.time));
  }
  co_return Next::go_on;
}

std::size_t Player::repeats(const Step& step, std::size_t octets) const {
  if (!step.exceeds_size) return step.repeat;
  return (number_of("size") / octets) + 2;  // the case needs small-SIZE
}

bool Player::applies(const Step& step) const {
  return step.bound.empty() || step.number <= number_of(step.bound);
}

std::size_t Player::number_of(std::string_view place) const {
  std::size_t number = 0;
  const auto found = places_.find(place);
  if (found == places_.end()) return number;
  const std::string& text = found->second;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Awaitable<Player::Next> Player::receive(const Step& step) {
  using What = Wire::Received::What;
  const Wire::Received received = co_await wire_.receive(situation_.timeout);
  if (received.what == What::reply) {
    seen_(case_, received.reply);
    co_return judge(step, received.reply);
  }
  if (received.what == What::end) {
    if (names(step.codes, "end")) co_return Next::stop;
    if (step.is_given) co_return skip(Outcome::Skip::ended, "the server closed the connection");
    co_return miss(step, fmt::format("wanted {}, but the connection ended", step.codes));
  }
  co_return miss(step, fmt::format("wanted {}, but nothing came in {} ms{}", step.codes,
                                   situation_.timeout.count(),
                                   wire_.pending().empty() ? "" : " besides a part of a reply"));
}

Player::Next Player::judge(const Step& step, const Reply& reply) {
  Step filled = step;
  filled.contains = fill(step.contains, places_);
  filled.lacks = fill(step.lacks, places_);
  // RFC 5321 §3.8: any command may be answered by 421 by a server that must end the session. "4xx"
  // does not mean it.
  const bool ends = reply.code == 421 && !names(step.codes, "421");
  if (ends && !names(step.codes, "end")) {
    return skip(Outcome::Skip::ended, fmt::format("the server ended it: \"{}\"", shown(reply)));
  }
  const bool says_bye = reply.code == 221 && has_said_quit_ && names(step.codes, "end") &&
                        step.codes != "end" && !is_among(reply.code, step.codes);
  if (ends || says_bye) filled.codes = fmt::format("{}", reply.code);
  // RFC 3207 §4, RFC 4954 §6: whoever wants TLS or a login before may say so to nearly all.
  // RFC 6409 §6.1: whoever ties senders to logins may refuse all others.
  const bool is_foreign = situation_.has_own_senders && reply.code / 10 == 55 &&
                          step.text.starts_with("MAIL FROM:") && !is_among(reply.code, step.codes);
  if (is_foreign) return skip(Outcome::Skip::refused, fmt::format("\"{}\"", shown(reply)));
  const bool wants_more = reply.code == 530 && !has_logged_in_ && !is_among(530, step.codes);
  if (wants_more) {
    return skip(Outcome::Skip::refused, fmt::format("TLS or AUTH first: \"{}\"", shown(reply)));
  }
  has_logged_in_ = has_logged_in_ || reply.code == auth_success;
  const std::string before = std::exchange(last_reply_, reply.octets);
  std::string problem = problem_of(filled, reply);
  if (problem.empty() && step.action == Step::Action::same_reply && reply.octets != before) {
    problem = fmt::format("\"{}\" is not the reply before", shown(reply));
  }
  if (problem.empty() && (ends || says_bye)) return Next::stop;
  if (problem.empty()) {
    if (step.decides) {
      outcome_.has_verdict = true;
      outcome_.was_taken = outcome_.was_taken || reply.code / 100 == 2;
    }
    return step.may_refuse && reply.code >= 400 ? Next::stop : Next::go_on;
  }
  return miss(step, std::move(problem));
}

/// Whether the case logs in behind its EHLO: as all do with --submission that can.
bool Player::logs_in() const {
  if (!situation_.is_submission || case_.is_stranger || case_.stage < Stage::hello) return false;
  return missing("AUTH=PLAIN", situation_, case_.opening).skip == Outcome::Skip::none;
}

/// A report shows no password. SCRAM's messages do not tell it.
void Player::hide_secrets() {
  if (!situation_.has_user) return;
  for (const char* const name : {"plain", "plain-as-other", "plain-nul", "password64"}) {
    outcome_.dialogue.hide(places_[name], fmt::format("{{{}}}", name));
  }
}

Player::Next Player::miss(const Step& step, std::string problem) {
  return step.is_given ? skip(Outcome::Skip::refused, std::move(problem))
                       : fail(std::move(problem));
}

Player::Next Player::fail(std::string detail) {
  outcome_.status = Outcome::Status::failed;
  outcome_.detail = std::move(detail);
  return Next::stop;
}

Player::Next Player::skip(Outcome::Skip why, std::string detail) {
  outcome_.status = Outcome::Status::skipped;
  outcome_.skip = why;
  outcome_.detail = std::move(detail);
  return Next::stop;
}

}  // namespace quoth::conform
