// Conversations that are about AUTH, and what is around it: STARTTLS, which there is none of now,
// XCLIENT and XFORWARD. The same octets all at once, octet by octet and in the pieces that the
// input chooses must come to the same. Each line has one reply, each exchange an end; nobody is
// authenticated without a 235, or a trusted peer's word; and what is demanded is.
//
// Input: one octet chooses the limits, one what is demanded and how many cuts there are, two for
// each cut, and the rest is what the client says. The exchanges are the real ones, with a nonce
// that is always the same; ann's password is "pencil", her token "good".
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/auth.hpp>
#include <quoth/smtp/server_protocol.hpp>

#include "auth/mechanism.hpp"
#include "auth/scram_keys.hpp"
#include "fuzz/support/client_view.hpp"
#include "fuzz/support/script.hpp"

namespace {

using namespace quoth::smtp;
using namespace quoth::fuzz;
namespace auth = quoth::auth;

/// What a conversation came to; all runs must agree on all of it.
struct Outcome {
  std::string output;
  State state = State::connected;
  bool is_authenticated = false;
  std::size_t commands = 0;
  std::size_t errors = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// What both servers of a comparison are.
struct Setting {
  Dialect dialect;
  bool trusts = false;  ///< XCLIENT is believed.
};

auth::Verdict verdict_on(const auth::Question& question) {
  static const auth::ScramKeys sha1 =
      auth::make_scram_keys(auth::ScramHash::sha1, "pencil", "salt", 1);
  static const auth::ScramKeys sha256 =
      auth::make_scram_keys(auth::ScramHash::sha256, "pencil", "salt", 1);
  if (const auto* const password = std::get_if<auth::Password>(&question.credentials)) {
    return {.is_accepted = password->user == "ann" && password->password == "pencil"};
  }
  if (const auto* const token = std::get_if<auth::BearerToken>(&question.credentials)) {
    return {.is_accepted = token->token == "good"};
  }
  const auto* const scram = std::get_if<auth::ScramUser>(&question.credentials);
  if (scram == nullptr || scram->user != "ann") return {};
  return {.is_accepted = true, .keys = scram->hash == auth::ScramHash::sha1 ? sha1 : sha256};
}

/// A server, and the watch on what its protocol promises.
class Conversation {
 public:
  explicit Conversation(const Setting& setting) : setting_{setting}, protocol_{setting.dialect} {
    protocol_.greet({220, "mx.test ESMTP"}, outcome_.output);
  }

  void feed(std::string_view piece) {
    said_ += piece;
    input_ += piece;
    // A copy of exactly the right size, so that AddressSanitizer sees a read past its end.
    const std::vector<char> octets{input_.begin(), input_.end()};
    std::string_view rest{octets.data(), octets.size()};
    while (protocol_.state() != State::finished) {
      Step step = protocol_.next(rest);
      QUOTH_ASSERT(step.consumed <= rest.size());
      const bool needs_more = std::holds_alternative<NeedMore>(step.incoming);
      QUOTH_ASSERT(needs_more || step.consumed > 0);
      if (!needs_more) take(step);
      rest.remove_prefix(step.consumed);
      if (!needs_more) continue;
      QUOTH_ASSERT(rest.size() <= std::max(setting_.dialect.longest_line(), response_line_octets));
      QUOTH_ASSERT(rest.find('\n') == std::string_view::npos);
      break;
    }
    input_.assign(rest);
  }

  Outcome finish() {
    // One reply for each line, behind the greeting, as long as it goes on.
    const auto lines = static_cast<std::size_t>(std::ranges::count(said_, '\n'));
    const std::size_t replies = parse_replies(outcome_.output).size() - 1;
    const bool is_over = protocol_.state() == State::finished;
    QUOTH_ASSERT(is_over ? replies <= lines + 1 : replies == lines);
    outcome_.state = protocol_.state();
    outcome_.is_authenticated = protocol_.is_authenticated();
    outcome_.commands = protocol_.command_count();
    outcome_.errors = protocol_.error_count();
    return std::move(outcome_);
  }

 private:
  void take(Step& step) {
    const State before = protocol_.state();
    const bool was_authenticated = protocol_.is_authenticated();
    const std::size_t size = outcome_.output.size();
    if (auto* const response = std::get_if<AuthResponse>(&step.incoming)) {
      QUOTH_ASSERT(before == State::exchange && exchange_ && ++responses_ <= 4);
      go_on(exchange_->respond(response->octets));
    } else if (auto* const malformed = std::get_if<Malformed>(&step.incoming)) {
      QUOTH_ASSERT(!malformed->reply.is_positive());
      protocol_.answer(malformed->reply, outcome_.output);
    } else {
      QUOTH_ASSERT(std::holds_alternative<CommandCame>(step.incoming));
      QUOTH_ASSERT(before != State::exchange);
      take_command();
    }
    const auto said = parse_replies(std::string_view{outcome_.output}.substr(size));
    QUOTH_ASSERT(said.size() == 1);
    check(said.front().code, was_authenticated);
  }

  void take_command() {
    const Command& command = protocol_.command();
    check_demands(command);
    if (auto* const arguments = std::get_if<AuthArguments>(&protocol_.command().arguments)) {
      return begin_exchange(*arguments);
    }
    const auto* const xclient = std::get_if<XclientArguments>(&command.arguments);
    was_restarted_ = xclient != nullptr && setting_.trusts;
    was_vouched_for_ = was_restarted_ && !xclient->login.value_or("").empty();
    protocol_.answer(decide(command), outcome_.output);
    if (was_vouched_for_ && protocol_.state() != State::finished) {
      protocol_.take_as_authenticated();
    }
  }

  [[nodiscard]] Reply decide(const Command& command) const {
    if (command.definition == nullptr) return {500, "5.5.2 command not recognized"};
    const std::string_view verb = command.definition->name;
    if (verb == "QUIT") return {221, "2.0.0 bye"};
    if (verb == "STARTTLS") return {454, "4.7.0 not now"};
    if (verb == "DATA") return {451, "4.3.0 not now"};
    if (verb != "XCLIENT") return {250, "2.0.0 OK"};
    return setting_.trusts ? Reply{220, "mx.test ESMTP"} : Reply{550, "5.7.1 not you"};
  }

  void begin_exchange(AuthArguments& arguments) {
    const auth::Mechanism* const mechanism = auth::find_mechanism(arguments.mechanism);
    if (mechanism == nullptr) return protocol_.answer({504, "5.5.4 unknown"}, outcome_.output);
    auth::ExchangeFacts facts;
    facts.nonce = "123456789012345678";
    facts.secret = "the secret of the server";
    exchange_ = mechanism->make(facts);
    responses_ = 0;
    const std::optional<std::string> initial = std::move(arguments.initial);
    protocol_.answer({334, ""}, outcome_.output);
    go_on(exchange_->begin(initial));
  }

  void go_on(auth::Step step) {
    while (const auto* const question = std::get_if<auth::Question>(&step)) {
      step = exchange_->settle(verdict_on(*question));
    }
    if (const auto* const challenge = std::get_if<auth::Challenge>(&step)) {
      return protocol_.challenge(challenge->text, outcome_.output);
    }
    const bool is_in = std::holds_alternative<auth::Success>(step);
    protocol_.answer(is_in ? Reply{235, "2.7.0 welcome"} : Reply{535, "5.7.8 no"}, outcome_.output);
  }

  /// Nothing comes to a handler that something has to be done before.
  void check_demands(const Command& command) const {
    const Dialect& dialect = setting_.dialect;
    if (command.definition == nullptr) return;
    const std::string_view verb = command.definition->name;
    const auto is_one_of = [verb](std::initializer_list<std::string_view> verbs) {
      return std::ranges::find(verbs, verb) != verbs.end();
    };
    // RFC 3207 §4, RFC 4954 §4.
    if (dialect.demands_tls()) QUOTH_ASSERT(is_one_of({"EHLO", "NOOP", "STARTTLS", "QUIT"}));
    if (dialect.demands_auth() && !protocol_.is_authenticated()) {
      QUOTH_ASSERT(!is_one_of({"MAIL", "RCPT", "DATA", "VRFY", "EXPN"}));
    }
    if (verb == "AUTH") {
      QUOTH_ASSERT(protocol_.is_extended() && !protocol_.in_transaction());
      QUOTH_ASSERT(!protocol_.is_authenticated());
    }
  }

  void check(unsigned code, bool was_authenticated) {
    const State state = protocol_.state();
    QUOTH_ASSERT((code == 334) == (state == State::exchange));
    if (state == State::exchange) QUOTH_ASSERT(!was_authenticated && exchange_);
    if (state != State::exchange) exchange_.reset();
    const bool is_authenticated = protocol_.is_authenticated();
    if (is_authenticated && !was_authenticated) QUOTH_ASSERT(code == 235 || was_vouched_for_);
    if (was_authenticated && !is_authenticated) QUOTH_ASSERT(was_restarted_);
    if (code == 235) QUOTH_ASSERT(is_authenticated);
    if (state != State::finished) {
      QUOTH_ASSERT(protocol_.error_count() < setting_.dialect.limits().errors);
    }
    was_restarted_ = was_vouched_for_ = false;
  }

  const Setting& setting_;
  ServerProtocol protocol_;
  Outcome outcome_;
  std::string said_;
  std::string input_;
  std::unique_ptr<auth::Exchange> exchange_;
  std::size_t responses_ = 0;
  bool was_restarted_ = false;    // by XCLIENT, with this command
  bool was_vouched_for_ = false;  // and its client named
};

Setting setting_of(std::size_t limit_choice, std::size_t choice) {
  Setting setting{standard_dialect(limits(limit_choice)), (choice & 64U) != 0};
  Dialect& dialect = setting.dialect;
  dialect.withdraw("CHUNKING");  // its octets are no lines
  for (const char* name : {"AUTH", "STARTTLS", "XCLIENT", "XFORWARD"}) dialect.offer(name);
  if ((choice & 8U) != 0) dialect.demand_tls();
  if ((choice & 16U) != 0) dialect.demand_auth();
  if ((choice & 32U) != 0) dialect = std::move(dialect).secured();
  return setting;
}

Outcome in_pieces(const Setting& setting, std::string_view said,
                  const std::vector<std::size_t>& cuts) {
  Conversation conversation{setting};
  feed_pieces(said, cuts, [&](std::string_view piece) { conversation.feed(piece); });
  return conversation.finish();
}

/// Long ones a few at a time, so that they do not take for ever.
Outcome octet_by_octet(const Setting& setting, std::string_view said) {
  Conversation conversation{setting};
  const std::size_t octets = 1 + (said.size() / 2000);
  for (std::size_t at = 0; at < said.size(); at += octets) {
    conversation.feed(said.substr(at, octets));
  }
  return conversation.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Steering steering{{reinterpret_cast<const char*>(data), size}};
  const std::size_t limit_choice = steering.take();
  const std::size_t choice = steering.take();
  const std::vector<std::size_t> cuts = steering.take_cuts(choice);
  const Setting setting = setting_of(limit_choice, choice);
  const Outcome whole = in_pieces(setting, steering.rest(), {});
  QUOTH_ASSERT(in_pieces(setting, steering.rest(), cuts) == whole);
  QUOTH_ASSERT(octet_by_octet(setting, steering.rest()) == whole);
  return 0;
}
