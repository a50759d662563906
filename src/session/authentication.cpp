#include "session/authentication.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/ascii.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"
#include "session/command_run.hpp"

namespace quoth::session {
namespace {

using smtp::Reply;
namespace code = smtp::code;

constexpr std::size_t nonce_octets = 18;

/// What the connection lacks for the mechanism.
enum class Lack : std::uint8_t { nothing, encryption, binding, certificate };

Lack lack_of(const auth::Mechanism& mechanism, const AuthOptions& options, const Session& session) {
  const bool has_tls = session.tls().has_value();
  if (mechanism.is_plain_text && !has_tls && !options.plain_text_in_clear) return Lack::encryption;
  // Below TLS 1.3 clients take tls-unique for the usual binding (RFC 5802 §6.1), which we have not
  // got; from there on it is tls-exporter (RFC 9266 §3).
  if (mechanism.needs_binding && (!has_tls || session.tls()->version != "TLSv1.3")) {
    return Lack::binding;
  }
  const bool has_certificate = has_tls && session.tls()->client.has_value();
  if (mechanism.needs_certificate && !has_certificate) return Lack::certificate;
  return Lack::nothing;
}

bool is_listed(const AuthOptions& options, std::string_view name) {
  return std::ranges::any_of(options.mechanisms,
                             [&](const std::string& each) { return ascii::iequals(each, name); });
}

/// What speaks against the mechanism (RFC 4954 §6); nothing: it may begin.
std::optional<Reply> problem_of(const auth::Mechanism* mechanism, const Surroundings& around) {
  const AuthOptions& options = around.context.options.auth;
  if (mechanism == nullptr) return Reply{code::arg_not_implemented, "5.5.4 unknown mechanism"};
  if (!is_listed(options, mechanism->name)) {
    if (!mechanism->is_plain_text) {
      return Reply{code::arg_not_implemented, "5.5.4 the mechanism is not offered here"};
    }
    return Reply{code::mechanism_too_weak, "5.7.9 the mechanism is too weak for this server"};
  }
  switch (lack_of(*mechanism, options, around.session)) {
    case Lack::nothing: return std::nullopt;
    case Lack::certificate:
      return Reply{code::arg_not_implemented, "5.5.4 the mechanism needs a client certificate"};
    default:
      return Reply{code::encryption_required,
                   "5.7.11 the mechanism needs TLS, send STARTTLS first"};
  }
}

auth::ChannelBindings bindings_of(net::Stream* stream) {
  if (stream == nullptr || stream->tls() == nullptr) return {};
  net::TlsBindings bindings = stream->channel_bindings();
  return {std::move(bindings.exporter), std::move(bindings.server_end_point)};
}

/// Whether a mechanism that binds to the channel was listed to this client.
bool offers_binding(const AuthOptions& options, const Session& session) {
  return std::ranges::any_of(auth::mechanisms(), [&](const auth::Mechanism& mechanism) {
    return mechanism.needs_binding && is_listed(options, mechanism.name) &&
           lack_of(mechanism, options, session) == Lack::nothing;
  });
}

}  // namespace

Authentication::~Authentication() {
  if (response) crypto::wipe(*response);
}

Reply begin_authentication(const Surroundings& around, smtp::AuthArguments& arguments) {
  const auth::Mechanism* const mechanism = auth::find_mechanism(arguments.mechanism);
  if (std::optional<Reply> problem = problem_of(mechanism, around)) {
    if (arguments.initial) crypto::wipe(*arguments.initial);
    return *std::move(problem);
  }
  auth::ExchangeFacts facts{
      .bindings = bindings_of(around.stream),
      .offers_binding = offers_binding(around.context.options.auth, around.session),
      .nonce = crypto::random_octets(nonce_octets),
      .secret = around.context.secret};
  around.authentication =
      std::make_unique<Authentication>(*mechanism, mechanism->make(std::move(facts)));
  around.authentication->response = std::move(arguments.initial);
  if (arguments.initial) crypto::wipe(*arguments.initial);
  return {code::auth_continues, ""};
}

void append_auth_line(const AuthOptions& options, const Session& session, std::string& text) {
  std::string names;
  for (const std::string& name : options.mechanisms) {
    const auth::Mechanism* const mechanism = auth::find_mechanism(name);
    if (mechanism == nullptr || lack_of(*mechanism, options, session) != Lack::nothing) continue;
    names.append(" ").append(mechanism->name);
  }
  if (!names.empty()) text.append("\nAUTH").append(names);
}

}  // namespace quoth::session
