#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include <quoth/chains.hpp>
#include <quoth/smtp/server_protocol.hpp>

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
  std::string address;     ///< "192.0.2.7" or "2001:db8::1"; empty on a Unix socket.
  std::uint16_t port = 0;  ///< 0 on a Unix socket.
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
  [[nodiscard]] const Client& client() const noexcept { return facts_.client; }

  /// What the client called itself with HELO or EHLO; empty before.
  [[nodiscard]] const std::string& helo() const noexcept { return protocol_.helo(); }
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

 private:
  Facts facts_;
  const smtp::ServerProtocol& protocol_;
  Storage storage_;
  SessionChains chains_;
};

}  // namespace quoth
