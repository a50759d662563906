#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/makers.hpp"
#include "auth/mechanism.hpp"
#include "auth/name.hpp"
#include "auth/one_question.hpp"

namespace quoth::auth {
namespace {

struct PlainMessage {
  std::string_view authorization;
  std::string_view user;
  std::string_view password;
};

/// message = [authzid] NUL authcid NUL passwd (RFC 4616 §2).
std::optional<PlainMessage> parse(std::string_view text) {
  const std::size_t first = text.find('\0');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find('\0', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const PlainMessage message{.authorization = text.substr(0, first),
                             .user = text.substr(first + 1, second - first - 1),
                             .password = text.substr(second + 1)};
  const bool is_right = is_name(message.user) && is_name(message.password) &&
                        (message.authorization.empty() || is_name(message.authorization));
  return is_right ? std::optional{message} : std::nullopt;
}

class Plain final : public OneQuestion {
 protected:
  Step take(std::string_view text) override {
    const std::optional<PlainMessage> message = parse(text);
    if (!message) return malformed_message;
    return ask_password(message->user, message->password, message->authorization);
  }
};

}  // namespace

std::unique_ptr<Exchange> make_plain(const ExchangeFacts& /*facts*/) {
  return std::make_unique<Plain>();
}

}  // namespace quoth::auth
