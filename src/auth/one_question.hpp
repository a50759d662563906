#pragma once

#include <string>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/mechanism.hpp"

namespace quoth::auth {

/// An exchange whose end is the answer to its question.
class OneQuestion : public Exchange {
 protected:
  /// `user`: whom the credentials name, already prepared; `authorization` is not. A Failure if the
  /// latter can be nobody.
  [[nodiscard]] Step ask(std::string user, Credentials credentials, std::string_view authorization);
  /// Asks for a password. All are as they came.
  [[nodiscard]] Step ask_password(std::string_view user, std::string_view password,
                                  std::string_view authorization);

  Step judge(Verdict verdict) override;

 private:
  Success success_;
};

}  // namespace quoth::auth
