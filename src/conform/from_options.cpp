#include "conform/from_options.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "conform/places.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "net/tls_client.hpp"

namespace quoth::conform {
namespace {

/// RFC 3461 §4.
std::string xtext(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '+' || c == '=') {
      result += fmt::format("+{:02X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result;
}

/// RFC 4616 §2: [authzid] NUL authcid NUL passwd.
std::string plain(std::string_view user, std::string_view password, std::string_view as = {}) {
  std::string message{as};
  message.append(1, '\0').append(user).append(1, '\0').append(password);
  return encode_base64(message);
}

/// What AUTH PLAIN and AUTH LOGIN send, right and wrong.
void add_logins(const Options& options, Places& places) {
  const std::string wrong = "quoth-conform-wrong";
  const std::string nobody = "quoth-conform-nobody";
  places["user"] = options.user;
  places["nobody"] = nobody;
  places["plain"] = plain(options.user, options.password);
  places["plain-wrong"] = plain(options.user, wrong);
  places["plain-nobody"] = plain(nobody, wrong);
  places["plain-nul"] = plain(options.user, options.password + '\0' + "x");
  places["plain-as-other"] = plain(options.user, options.password, nobody);
  places["user64"] = encode_base64(options.user);
  places["password64"] = encode_base64(options.password);
  places["wrong64"] = encode_base64(wrong);
}

Places places_of(const Options& options) {
  Places places{{"hello", options.is_lmtp ? "LHLO" : "EHLO"},
                {"rcpt", options.rcpt},
                {"rcpt-address", options.rcpt},
                {"sender", options.sender}};
  places["sender-domain"] = options.sender.substr(options.sender.rfind('@') + 1);
  places["SENDER-DOMAIN"] = ascii::upper(places["sender-domain"]);
  const std::size_t at = options.rcpt.rfind('@');
  places["local"] = options.rcpt.substr(0, at);
  places["rcpt-xtext"] = xtext(options.rcpt);
  add_logins(options, places);
  places["host"] = options.target.host;
  if (!options.unknown_rcpt.empty()) places["unknown"] = options.unknown_rcpt;
  if (at == std::string::npos) {
    places["rcpt-address"] = options.rcpt + "@localhost.invalid";
    return places;
  }
  places["domain"] = options.rcpt.substr(at + 1);
  places["DOMAIN"] = ascii::upper(places["domain"]);
  places.emplace("unknown", "quoth-conform-nobody@" + options.rcpt.substr(at + 1));
  return places;
}

}  // namespace

Situation situation_of(const Options& options) {
  Situation situation;
  situation.is_lmtp = options.is_lmtp;
  situation.has_maildir = !options.maildir.empty();
  situation.timeout = options.timeout;
  situation.tls = options.tls;
  situation.has_user = !options.user.empty();
  situation.password = options.password;
  situation.may_proxy = options.may_proxy;
  situation.may_xclient = options.may_xclient;
  situation.is_submission = options.is_submission;
  situation.has_own_senders = options.has_own_senders;
  situation.no_tls = "TLS is not offered";
  net::TlsClientOptions tls;
  tls.is_verified = false;  // what is tested here is no certificate
  situation.tls_client = std::make_shared<net::TlsClient>(tls);
  situation.places = places_of(options);
  return situation;
}

}  // namespace quoth::conform
