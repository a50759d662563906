#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include <quoth/chains.hpp>
#include <quoth/smtp/rare.hpp>
#include <quoth/smtp/server_protocol.hpp>
#include <quoth/tls.hpp>

namespace quoth {

/// Objects of any type, one of each: what handlers share in a session.
class Storage {
 public:
  /// The session's T, made by its default constructor at the first call.
  template <class T>
  [[nodiscard]] T& get() {
    if (T* found = find<T>()) return *found;
    auto made = std::make_shared<T>();
    T& result = *made;
    objects_.emplace_back(typeid(T), std::move(made));
    return result;
  }

  /// The session's T, or null if nobody made one.
  template <class T>
  [[nodiscard]] T* find() const noexcept {
    for (const auto& [type, object] : objects_) {
      if (type == typeid(T)) return static_cast<T*>(object.get());
    }
    return nullptr;
  }

 private:
  std::vector<std::pair<std::type_index, std::shared_ptr<void>>> objects_;
};

/// Where a client comes from.
struct Client {
  /// "192.0.2.7" or "2001:db8::1". Empty on a Unix socket; and, where Session::claim() tells of
  /// one, if the peer would not say for whom it speaks.
  std::string address;
  std::uint16_t port = 0;  ///< 0 on a Unix socket.
  std::string name{};      ///< Its host name, if a trusted peer told it (XCLIENT).
};

/// How a trusted peer spoke for its client (TrustOptions).
enum class Claim : std::uint8_t {
  none,     ///< It did not: the peer is the client.
  proxy,    ///< By a header of the PROXY protocol.
  xclient,  ///< By XCLIENT.
};

/// What a trusted peer tells besides its client's address, by a header of the PROXY protocol
/// (section 2.2) or by XCLIENT.
struct ProxyFacts {
  std::string server_address{};  ///< Where the client had connected to.
  std::uint16_t server_port = 0;
  std::string smtp{};             ///< By XCLIENT: "SMTP" or "ESMTP", as the client had begun.
  std::string authority{};        ///< The host name that the client asked for (SNI).
  std::string protocol{};         ///< The application protocol that was agreed on (ALPN).
  std::string unique_id{};        ///< Octets, at most 128.
  std::optional<TlsFacts> tls{};  ///< Between the client and the proxy.
};

/// What a trusted peer tells of a message's origin by XFORWARD: for the log, and for nothing else.
/// An empty text: unknown.
struct Forwarded {
  std::string name;
  std::string address;
  std::uint16_t port = 0;
  std::string helo;
  std::string protocol;
  std::string ident;   ///< The id of the message there.
  std::string source;  ///< "LOCAL" or "REMOTE".
};

/// One connection as handlers see it, from Connect to Disconnect. Its thread only.
class Session {
 public:
  struct Facts {
    std::string id;             ///< Short, unique in this server's log.
    std::string_view server;    ///< The server's alias.
    std::string_view hostname;  ///< Our name.
    std::string_view listener;  ///< The address that took the connection.
    Client client;
    Claim claim = Claim::none;
    std::string helo{};         ///< By XCLIENT; empty: what the client says counts.
    smtp::Rare<Client> peer{};  ///< Who has connected, if there is a claim.
    smtp::Rare<ProxyFacts> proxied{};
    smtp::Rare<Forwarded> forwarded{};
    smtp::Rare<TlsFacts> tls{};
    std::string user{};  ///< Who has proven who he is; empty: nobody.
    std::string auth_mechanism{};
  };

  /// All but `facts` is borrowed and outlives the session.
  Session(Facts facts, const smtp::ServerProtocol& protocol, Chains& chains)
      : facts_{std::move(facts)}, protocol_{protocol}, chains_{chains} {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;

  [[nodiscard]] const std::string& id() const noexcept { return facts_.id; }
  [[nodiscard]] std::string_view server() const noexcept { return facts_.server; }
  [[nodiscard]] std::string_view hostname() const noexcept { return facts_.hostname; }
  [[nodiscard]] std::string_view listener() const noexcept { return facts_.listener; }
  /// Whom the server deals with.
  [[nodiscard]] const Client& client() const noexcept { return facts_.client; }
  /// Who has connected: the same, unless a trusted peer speaks for a client of its own.
  [[nodiscard]] const Client& peer() const noexcept {
    return facts_.peer ? *facts_.peer : facts_.client;
  }
  [[nodiscard]] Claim claim() const noexcept { return facts_.claim; }
  /// What a proxy told; none without one.
  [[nodiscard]] const smtp::Rare<ProxyFacts>& proxied() const noexcept { return facts_.proxied; }
  /// What XFORWARD told of the next message, or of the present one. Forgotten with it.
  [[nodiscard]] const smtp::Rare<Forwarded>& forwarded() const noexcept { return facts_.forwarded; }

  /// What the TLS handshake with the peer agreed on; none in the clear.
  [[nodiscard]] const smtp::Rare<TlsFacts>& tls() const noexcept { return facts_.tls; }
  /// Who the client has proven to be (RFC 4954); empty: nobody yet.
  [[nodiscard]] const std::string& user() const noexcept { return facts_.user; }
  [[nodiscard]] bool is_authenticated() const noexcept { return !facts_.user.empty(); }
  /// How: "SCRAM-SHA-256".
  [[nodiscard]] const std::string& auth_mechanism() const noexcept { return facts_.auth_mechanism; }

  /// What the client called itself with HELO or EHLO, or so a trusted peer says; empty before.
  [[nodiscard]] const std::string& helo() const noexcept {
    return facts_.helo.empty() ? protocol_.helo() : facts_.helo;
  }
  [[nodiscard]] bool is_extended() const noexcept { return protocol_.is_extended(); }
  /// What this conversation may ask for.
  [[nodiscard]] const smtp::Limits& limits() const noexcept { return protocol_.dialect().limits(); }
  [[nodiscard]] smtp::Protocol protocol() const noexcept { return protocol_.dialect().protocol(); }
  /// What was accepted of MAIL and RCPT so far.
  [[nodiscard]] const smtp::Envelope& envelope() const noexcept { return protocol_.envelope(); }
  [[nodiscard]] bool in_transaction() const noexcept { return protocol_.in_transaction(); }

  /// A place for handlers to keep what they want to find again in this session.
  [[nodiscard]] Storage& storage() noexcept { return storage_; }
  /// This session's own order of handlers: an edit here concerns nobody else.
  [[nodiscard]] SessionChains& chains() noexcept { return chains_; }

  // The connection's side.
  [[nodiscard]] Facts& facts() noexcept { return facts_; }

 private:
  Facts facts_;
  const smtp::ServerProtocol& protocol_;
  Storage storage_;
  SessionChains chains_;
};

}  // namespace quoth
