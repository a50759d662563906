#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "conform/case.hpp"
#include "conform/outcome.hpp"
#include "conform/places.hpp"
#include "conform/reply.hpp"
#include "conform/target.hpp"
#include "net/tls_client.hpp"

namespace quoth::conform {

/// Larger limits of LIMITS (RFC 9422) are not tried.
inline constexpr std::size_t max_tried_limit = 200;

/// What an EHLO announces: keyword in upper case, then its parameters.
using Extensions = std::map<std::string, std::string, std::less<>>;

/// When a run speaks TLS.
enum class TlsUse : std::uint8_t {
  as_needed,  ///< Where a case is about it.
  starttls,   ///< All cases, behind STARTTLS.
  implicit,   ///< All cases, from the first octet.
};

/// What a run knows of its server: from its options, and from the first EHLO.
struct Situation {
  Endpoint endpoint;
  bool is_lmtp = false;
  bool has_maildir = false;
  std::chrono::milliseconds timeout{10'000};  ///< Of each wait.
  TlsUse tls = TlsUse::as_needed;
  bool has_user = false;
  bool may_proxy = false;                  ///< Connections begin with a PROXY header.
  bool may_xclient = false;                ///< We may send XCLIENT.
  bool is_submission = false;              ///< MAIL wants a login before.
  bool has_own_senders = false;            ///< Users may only send as themselves.
  Extensions extensions = {};              ///< Of connections that open as usual.
  std::optional<Extensions> clear = {};    ///< Before TLS; none: all is TLS.
  std::optional<Extensions> secured = {};  ///< Behind it; none: TLS is not to be had.
  std::string no_tls = {};                 ///< Why not.
  std::shared_ptr<net::TlsClient> tls_client = {};
  std::string password = {};
  Places places = {};  ///< Those that are the same for all cases.
};

/// Why a case cannot be run.
struct Missing {
  Outcome::Skip skip = Outcome::Skip::none;
  std::string what;
};

/// What a case needs and is not there; Skip::none: all is.
[[nodiscard]] Missing missing(std::string_view needs, const Situation& situation,
                              Opening opening = Opening::usual);

/// Whether a connection that opens so has TLS.
[[nodiscard]] bool has_tls(Opening opening, const Situation& situation) noexcept;

[[nodiscard]] Extensions extensions_in(const Reply& ehlo);

/// Notes what an answer to EHLO announces, and fills {size}.
void learn_extensions(const Reply& ehlo, Situation& situation);

}  // namespace quoth::conform
