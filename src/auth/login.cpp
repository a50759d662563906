#include <memory>
#include <string>
#include <string_view>

#include "auth/makers.hpp"
#include "auth/mechanism.hpp"
#include "auth/name.hpp"
#include "auth/one_question.hpp"

namespace quoth::auth {
namespace {

/// As draft-murchison-sasl-login describes what clients do, with prompts that all of them know.
/// Some send their name as an initial response, which counts as the answer to the first prompt.
class Login final : public OneQuestion {
 protected:
  Step invite() override { return Challenge{"Username:"}; }

  Step take(std::string_view text) override {
    if (!is_name(text)) return malformed_message;
    if (user_.empty()) {
      user_ = text;
      return Challenge{"Password:"};
    }
    return ask_password(user_, text, {});
  }

 private:
  std::string user_;  // not yet prepared
};

}  // namespace

std::unique_ptr<Exchange> make_login(const ExchangeFacts& /*facts*/) {
  return std::make_unique<Login>();
}

}  // namespace quoth::auth
