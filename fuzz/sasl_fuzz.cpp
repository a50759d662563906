// Drives any SASL mechanism with any messages and verdicts: nothing is thrown, each exchange ends,
// names that come out are prepared ones, and nobody gets in whom no verdict let in.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <quoth/assert.hpp>
#include <quoth/auth.hpp>

#include "auth/mechanism.hpp"
#include "auth/saslprep.hpp"
#include "auth/scram_keys.hpp"

namespace {

using namespace quoth::auth;

/// Takes the octets up to 0xFE, which no UTF-8 has in it.
std::string_view take_message(std::string_view& rest) {
  const std::string_view message = rest.substr(0, rest.find('\xFE'));
  rest.remove_prefix(std::min(rest.size(), message.size() + 1));
  return message;
}

std::size_t take_octet(std::string_view& rest) {
  if (rest.empty()) return 0;
  const auto octet = static_cast<unsigned char>(rest.front());
  rest.remove_prefix(1);
  return octet;
}

ExchangeFacts facts(std::size_t choice) {
  ExchangeFacts facts;
  facts.nonce = "123456789012345678";
  facts.secret = "the secret of the server";
  facts.offers_binding = (choice & 1U) != 0;
  if ((choice & 2U) != 0) facts.bindings.exporter = "exported";
  if ((choice & 4U) != 0) facts.bindings.server_end_point = "end point";
  return facts;
}

/// Keys for the password "pencil" where `choice` says so, for a proof that may be right.
Verdict verdict(std::size_t choice) {
  static const ScramKeys sha1 = make_scram_keys(ScramHash::sha1, "pencil", "salt", 1);
  static const ScramKeys sha256 = make_scram_keys(ScramHash::sha256, "pencil", "salt", 1);
  Verdict verdict{.is_accepted = (choice & 1U) != 0};
  if ((choice & 6U) == 2U) verdict.keys = sha1;
  if ((choice & 6U) == 4U) verdict.keys = sha256;
  if ((choice & 6U) == 6U) verdict.keys = ScramKeys{};
  return verdict;
}

void check_name(const std::string& name) {
  QUOTH_ASSERT(name.find('\0') == std::string::npos && name.find('\n') == std::string::npos);
  const std::optional<std::string> again = saslprep(name, Unassigned::allowed);
  QUOTH_ASSERT(name.size() > max_saslprep_bytes || again.has_value());
}

void check_question(const Question& question) {
  check_name(question.authorization);
  if (const auto* const password = std::get_if<Password>(&question.credentials)) {
    QUOTH_ASSERT(!password->user.empty() && !password->password.empty());
    check_name(password->user);
    check_name(password->password);
  } else if (const auto* const user = std::get_if<ScramUser>(&question.credentials)) {
    QUOTH_ASSERT(!user->user.empty());
    check_name(user->user);
  } else if (const auto* const bearer = std::get_if<BearerToken>(&question.credentials)) {
    QUOTH_ASSERT(!bearer->token.empty() && bearer->token.size() < max_message_bytes);
    check_name(bearer->user);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};

  const std::span<const Mechanism> all = mechanisms();
  const Mechanism& mechanism = all[take_octet(rest) % all.size()];
  const std::size_t choice = take_octet(rest);
  const std::unique_ptr<Exchange> exchange = mechanism.make(facts(choice));
  bool was_accepted = false;
  const bool has_initial = (choice & 8U) != 0;
  Step step = has_initial ? exchange->begin(take_message(rest)) : exchange->begin(std::nullopt);
  for (int steps = 0;; ++steps) {
    QUOTH_ASSERT(steps < 6);
    if (const auto* const challenge = std::get_if<Challenge>(&step)) {
      QUOTH_ASSERT(challenge->text.size() < 2048);
      step = exchange->respond(take_message(rest));
    } else if (const auto* const question = std::get_if<Question>(&step)) {
      check_question(*question);
      Verdict answer = verdict(take_octet(rest));
      was_accepted = answer.is_accepted;
      step = exchange->settle(std::move(answer));
    } else {
      break;
    }
  }
  if (const auto* const success = std::get_if<Success>(&step)) {
    QUOTH_ASSERT(was_accepted);
    check_name(success->user);
    check_name(success->authorization);
  }
  return 0;
}
