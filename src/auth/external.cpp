#include <memory>
#include <string_view>

#include <quoth/auth.hpp>

#include "auth/makers.hpp"
#include "auth/mechanism.hpp"
#include "auth/name.hpp"
#include "auth/one_question.hpp"

namespace quoth::auth {
namespace {

/// The client says at most whom it wants to act as; the TLS handshake has said the rest (RFC 4422
/// Appendix A).
class External final : public OneQuestion {
 protected:
  Step take(std::string_view text) override {
    if (!text.empty() && !is_name(text)) return malformed_message;
    return ask({}, Certificate{}, text);
  }
};

}  // namespace

std::unique_ptr<Exchange> make_external(const ExchangeFacts& /*facts*/) {
  return std::make_unique<External>();
}

}  // namespace quoth::auth
