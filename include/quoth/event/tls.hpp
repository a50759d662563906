#pragma once

#include <quoth/event/chain_id.hpp>
#include <quoth/tls.hpp>

namespace quoth {

class Session;

namespace event {

/// A TLS handshake is done: Session::tls() has what came of it. Behind STARTTLS everything that was
/// said before it is forgotten (RFC 3207 §4.2). A reply that is not positive goes out at once
/// and closes the connection: the client takes it for the answer to its EHLO. In implicit TLS it
/// stands in the banner's place, as that of Connect.
/// A client that Connect refuses has none. Nobody answers: go on.
struct Tls {
  static constexpr ChainId chain = ChainId::tls;
  static constexpr bool is_answerable = true;
  Session& session;
  const TlsFacts& facts;
};

}  // namespace event
}  // namespace quoth
