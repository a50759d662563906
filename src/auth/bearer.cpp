#include "auth/bearer.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/auth.hpp>

#include "auth/mechanism.hpp"
#include "auth/name.hpp"
#include "core/ascii.hpp"

namespace quoth::auth {
namespace {

constexpr char separator = '\x01';

/// key "=" value of RFC 7628 §3.1, where names outside of ASCII may be in the value, too.
bool is_pair(std::string_view key, std::string_view value) noexcept {
  const auto is_fine = [](char c) {
    return !ascii::is_control(c) || c == '\t' || c == '\r' || c == '\n';
  };
  return !key.empty() && std::ranges::all_of(key, ascii::is_alpha) &&
         std::ranges::all_of(value, is_fine);
}

/// b64token of RFC 6750 §2.1.
bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "-._~+/";
  const std::size_t padding = std::min(text.find('='), text.size());
  const auto is_right = [&](char c) {
    return ascii::is_alnum(c) || marks.find(c) != std::string_view::npos;
  };
  return padding > 0 && std::ranges::all_of(text.substr(0, padding), is_right) &&
         text.find_first_not_of('=', padding) == std::string_view::npos;
}

/// The token of "Bearer …"; none if it is no such thing.
std::optional<std::string_view> token_of(std::string_view authorization) noexcept {
  constexpr std::string_view scheme = "Bearer ";
  // In any case: so are the schemes of HTTP (RFC 7628 §3.1).
  if (!ascii::iequals(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  authorization.remove_prefix(scheme.size());
  return is_token(authorization) ? std::optional{authorization} : std::nullopt;
}

class Bearer final : public Exchange {
 public:
  Bearer(ParseBearer parse, std::string_view error) : parse_{parse}, error_{error} {}

 protected:
  Step take(std::string_view text) override {
    // The client has read the error; whatever it says to that, this is the end (RFC 7628 §3.2.3).
    if (is_refused_) return refusal;
    const std::optional<BearerMessage> message = parse_(text);
    if (!message) return malformed_message;
    std::optional<std::string> user = prepare_authorization(message->user);
    const std::optional<std::string_view> token = token_of(message->authorization);
    if (!user || !token) return tell_error();
    success_ = {.user = *user, .authorization = *user};
    return Question{.credentials = BearerToken{.user = *user, .token = std::string{*token}},
                    .authorization = *user};
  }

  Step judge(Verdict verdict) override {
    if (!verdict.is_accepted) return tell_error();
    return std::move(success_);
  }

 private:
  Step tell_error() {
    is_refused_ = true;
    return Challenge{std::string{error_}};
  }

  ParseBearer parse_;
  std::string_view error_;
  Success success_;
  bool is_refused_ = false;
};

}  // namespace

std::optional<BearerPairs> parse_bearer_pairs(std::string_view text) {
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> user;
  while (text != std::string_view{&separator, 1}) {
    const std::size_t end = text.find(separator);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (!is_pair(key, value)) return std::nullopt;
    if (key != "auth" && key != "user") continue;
    std::optional<std::string_view>& place = key == "auth" ? authorization : user;
    if (place) return std::nullopt;
    place = value;
  }
  if (!authorization) return std::nullopt;
  return BearerPairs{.authorization = *authorization, .user = user.value_or("")};
}

std::unique_ptr<Exchange> make_bearer(ParseBearer parse, std::string_view error) {
  return std::make_unique<Bearer>(parse, error);
}

}  // namespace quoth::auth
