#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <quoth/awaitable.hpp>
#include <quoth/defence.hpp>

#include "net/address.hpp"
#include "net/gate.hpp"
#include "net/listening_socket.hpp"
#include "net/notice.hpp"
#include "net/peer_keys.hpp"
#include "server/connection_table.hpp"
#include "server/repeat_filter.hpp"
#include "session/connection.hpp"
#include "session/context.hpp"

namespace quoth::server {

/// A socket that a worker accepts from, and its address in words.
struct Listening {
  net::ListeningSocket socket;
  std::string address;
};

/// Logs what the operator should know of the certificates in use.
void log_certificate_warnings(const ServerOptions& options, const net::TlsServer& tls);

/// The part of a server that lives on one event loop: accepts, and owns the connections it took.
/// Its loop's thread only. Its coroutines share it, so that it goes with the last of them,
/// whichever way the loop ends.
class Worker : public std::enable_shared_from_this<Worker> {
 public:
  /// `context` and `table` are borrowed and outlive the worker. `on_overload` is called when the
  /// server becomes overloaded, by one of its workers; it hurries all of them.
  Worker(const net::Executor& executor, session::Context& context, ConnectionTable& table,
         std::vector<Listening> listening, std::function<void()> on_overload);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() = default;

  /// Serves; completes when it has been stopped and the last connection has ended.
  [[nodiscard]] Awaitable<void> run();

  /// Accepts no more and lets connections finish what they are at, but cuts them after `grace`.
  /// `give_up` is called if a handler keeps one of them from ending even then.
  void stop(std::chrono::milliseconds grace, std::function<void()> give_up);

  /// Sees to it that certificates whose files change are read again, as long as it runs: one worker
  /// of a server does. Before run().
  void watch_certificates() noexcept { watches_certificates_ = context_.tls != nullptr; }
  /// Has them read now.
  void reload_certificates();

  /// The server has become overloaded: its connections have less time.
  void hurry();

 private:
  using SteadyClock = std::chrono::steady_clock;
  using Timer =
      boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>,
                                        net::Executor>;

  struct Acceptor {
    Acceptor(const net::Executor& executor, Listening&& what);
    ~Acceptor();
    Listening listening;
    boost::asio::posix::basic_stream_descriptor<net::Executor> readiness;
    net::Notice pause;
  };

  struct Peer {
    net::HostPort name;
    std::optional<net::PeerKeys> keys{};      // whom the connection counts with
    std::optional<net::PeerKeys> own_keys{};  // of the peer itself
    bool speaks_proxy = false;                // so that it is counted with whom it speaks for
    bool may_xclient = false;
    bool may_xforward = false;
  };

  /// Who was let in.
  struct Guest {
    std::optional<net::PeerKeys> keys{};  // whom the connection counts with
    std::unique_ptr<session::Connection> connection{};
  };

  enum class Taken : std::uint8_t { all, some, no_descriptors };

  [[nodiscard]] Peer identify(const boost::asio::generic::stream_protocol::endpoint& peer) const;
  [[nodiscard]] static Awaitable<void> accept_from(std::shared_ptr<Worker> self,
                                                   Acceptor& acceptor);
  [[nodiscard]] std::unique_ptr<Guest> make_guest(net::Socket socket, std::string_view listener,
                                                  Peer peer);
  [[nodiscard]] static Awaitable<void> serve(std::shared_ptr<Worker> self,
                                             std::unique_ptr<Guest> guest);
  [[nodiscard]] static Awaitable<void> watch_files(std::shared_ptr<Worker> self);
  void log_reload(const net::TlsServer::Reload& reload);
  [[nodiscard]] Taken take(Acceptor& acceptor);
  void admit(net::Descriptor descriptor, const Listening& listening,
             const boost::asio::generic::stream_protocol::endpoint& peer);
  void note_load(session::Load::Change change);
  void log_failure(const session::Connection& connection, std::string_view why);
  void refuse(const net::Descriptor& descriptor, const Peer& peer, Defence limit);
  void shed(Acceptor& acceptor, const error_code& error);
  void cut(std::function<void()> give_up);

  net::Executor executor_;
  session::Context& context_;
  ConnectionTable& table_;
  std::function<void()> on_overload_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::unordered_set<session::Connection*> connections_;
  net::Gate gate_;
  Timer patience_;         // of a stop
  net::Descriptor spare_;  // closed to have one when there is no other
  RepeatFilter refusals_;
  RepeatFilter failures_;
  net::Notice reload_;
  bool watches_certificates_ = false;
  bool is_reload_wanted_ = false;
  bool is_stopping_ = false;
};

}  // namespace quoth::server
