#include <string>

#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

namespace quoth::mail {
namespace {

const char* text_of(Errc errc) noexcept {
  switch (errc) {
    case Errc::missing_angle_bracket: return "address not in angle brackets";
    case Errc::bad_source_route: return "malformed source route";
    case Errc::bad_local_part: return "malformed local part";
    case Errc::local_part_too_long: return "local part longer than 64 octets";
    case Errc::bad_domain: return "malformed domain";
    case Errc::domain_too_long: return "domain longer than 255 octets";
    case Errc::path_too_long: return "address longer than 256 octets";
    case Errc::bad_address_literal: return "malformed address literal";
    case Errc::non_ascii: return "non-ASCII address needs SMTPUTF8";
    case Errc::missing_domain: return "address without a domain";
    case Errc::bad_utf8: return "malformed UTF-8";
    case Errc::bad_idn: return "not an internationalized domain name";
  }
  return "unknown address error";
}

// Boost's base class has a protected destructor and friends, so the warning finds every category.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class Category final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "quoth.mail"; }
  [[nodiscard]] std::string message(int value) const override {
    return text_of(static_cast<Errc>(value));
  }
};
#pragma GCC diagnostic pop

}  // namespace

error_code make_error_code(Errc errc) noexcept {
  static const Category category;
  return {static_cast<int>(errc), category};
}

}  // namespace quoth::mail
