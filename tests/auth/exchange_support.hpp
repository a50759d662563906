#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

#include "auth/mechanism.hpp"

namespace quoth::auth::test {

inline ExchangeFacts facts() {
  ExchangeFacts facts;
  facts.nonce = "123456789012345678";
  facts.secret = "the secret of the server";
  return facts;
}

inline std::unique_ptr<Exchange> start(std::string_view name, const ExchangeFacts& with = facts()) {
  const Mechanism* const mechanism = find_mechanism(name);
  return mechanism == nullptr ? nullptr : mechanism->make(with);
}

/// A step in a few words, for comparisons: "malformed", "refused", "question", "challenge: …",
/// "success: user/authorization".
inline std::string in_words(const Step& step) {
  if (const auto* const challenge = std::get_if<Challenge>(&step)) {
    return "challenge: " + challenge->text;
  }
  if (std::holds_alternative<Question>(step)) return "question";
  if (const auto* const success = std::get_if<Success>(&step)) {
    return "success: " + success->user + "/" + success->authorization;
  }
  const bool is_malformed = std::get<Failure>(step).why == Failure::Why::malformed;
  return is_malformed ? "malformed" : "refused";
}

/// What the mechanism says to `message` as an initial response.
inline std::string answer_to(std::string_view name, std::string_view message) {
  return in_words(start(name)->begin(message));
}

/// The credentials that `step` asks about; a failure of the test if it asks nothing, or about
/// others.
template <class Credential>
Credential asked(const Step& step) {
  const auto* const question = std::get_if<Question>(&step);
  if (question == nullptr || !std::holds_alternative<Credential>(question->credentials)) {
    ADD_FAILURE() << "asks something else: " << in_words(step);
    return {};
  }
  return std::get<Credential>(question->credentials);
}

inline std::string authorization_of(const Step& step) {
  const auto* const question = std::get_if<Question>(&step);
  return question == nullptr ? in_words(step) : question->authorization;
}

inline const Verdict yes{.is_accepted = true};
inline const Verdict no{.is_accepted = false};

}  // namespace quoth::auth::test
