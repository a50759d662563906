#include "auth/one_question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <quoth/auth.hpp>

#include "auth/mechanism.hpp"
#include "auth/name.hpp"
#include "crypto/secret.hpp"

namespace quoth::auth {

Step OneQuestion::ask(std::string user, Credentials credentials, std::string_view authorization) {
  std::optional<std::string> prepared = prepare_authorization(authorization);
  if (!prepared) return refusal;
  success_ = {.user = std::move(user), .authorization = *std::move(prepared)};
  return Question{.credentials = std::move(credentials), .authorization = success_.authorization};
}

Step OneQuestion::ask_password(std::string_view user, std::string_view password,
                               std::string_view authorization) {
  const std::optional<std::string> name = prepare(user);
  std::optional<std::string> secret = prepare(password);
  if (!secret) return refusal;
  // A short string leaves its octets behind when it is moved.
  const crypto::WipeAtEnd wiping{*secret};
  if (!name) return refusal;
  return ask(*name, Password{.user = *name, .password = std::move(*secret)}, authorization);
}

Step OneQuestion::judge(Verdict verdict) {
  if (!verdict.is_accepted) return refusal;
  return std::move(success_);
}

}  // namespace quoth::auth
