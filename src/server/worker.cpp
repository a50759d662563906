#include "server/worker.hpp"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace quoth::server {

namespace asio = boost::asio;
using Endpoint = asio::generic::stream_protocol::endpoint;

namespace {

constexpr asio::use_awaitable_t<net::Executor> awaiting;

// Connections that are taken before others get their turn.
constexpr int taken_at_once = 64;

// How often the files of certificates are looked at.
constexpr std::chrono::seconds certificate_check{1};

// How long to accept nothing when the process has no descriptors left.
constexpr std::chrono::milliseconds pause_without_descriptors{100};

// How long a connection that was cut may take to end before the loop is given up.
constexpr std::chrono::seconds last_wait{5};

std::string_view refusal_of(Defence limit) noexcept {
  switch (limit) {
    case Defence::ip_connections: return "421 4.7.0 too many connections from your address";
    case Defence::network_connections: return "421 4.7.0 too many connections from your network";
    case Defence::ip_rate: return "421 4.7.0 your address connects too often, try again later";
    case Defence::network_rate: return "421 4.7.0 your network connects too often, try again later";
    default: return "421 4.3.2 too many connections, try again later";
  }
}

/// What is the same for all connections of one flood: the limit, and whose it is.
std::string complaint_of(Defence limit, const std::optional<net::PeerKeys>& peer) {
  std::string result{defence_name(limit)};
  if (!peer || limit == Defence::total_connections) return result;
  const bool is_of_network =
      limit == Defence::network_connections || limit == Defence::network_rate;
  const net::AddressKey& key = is_of_network ? peer->network : peer->address;
  return result.append(key.begin(), key.end());
}

net::Descriptor open_spare() noexcept {
  return net::Descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
}

}  // namespace

Worker::Acceptor::Acceptor(const net::Executor& executor, Listening&& what)
    : listening{std::move(what)}, readiness{executor, listening.socket.fd()}, pause{executor} {}

Worker::Acceptor::~Acceptor() {
  if (readiness.is_open()) readiness.release();  // the socket owns the descriptor
}

Worker::Worker(const net::Executor& executor, session::Context& context, ConnectionTable& table,
               std::vector<Listening> listening, std::function<void()> on_overload)
    : executor_{executor},
      context_{context},
      table_{table},
      on_overload_{std::move(on_overload)},
      gate_{executor},
      patience_{executor},
      spare_{open_spare()},
      reload_{executor} {
  for (Listening& one : listening) {
    acceptors_.push_back(std::make_unique<Acceptor>(executor, std::move(one)));
  }
}

Awaitable<void> Worker::run() {
  const std::shared_ptr<Worker> self = shared_from_this();
  for (const auto& acceptor : acceptors_) gate_.spawn(accept_from(self, *acceptor));
  if (watches_certificates_) gate_.spawn(watch_files(self));
  co_await gate_.wait_until_empty();
  patience_.cancel();
}

void Worker::reload_certificates() {
  is_reload_wanted_ = true;
  reload_.give();
}

Awaitable<void> Worker::watch_files(std::shared_ptr<Worker> self) {
  net::TlsServer& tls = *self->context_.tls;
  while (!self->is_stopping_) {
    static_cast<void>(co_await self->reload_.wait(certificate_check));
    if (self->is_stopping_) break;
    const bool is_wanted = std::exchange(self->is_reload_wanted_, false);
    const auto read = [&tls, is_wanted] {
      return is_wanted ? tls.reload() : tls.reload_if_changed();
    };
    const net::TlsServer::Reload reload = co_await net::offload(self->context_.pool, read);
    self->log_reload(reload);
  }
}

void log_certificate_warnings(const ServerOptions& options, const net::TlsServer& tls) {
  for (const std::string& warning : tls.warnings()) {
    options.log->write(
        LogLevel::warn, LogEvent::config_warning,
        {{"server", std::string_view{options.alias}}, {"why", std::string_view{warning}}});
  }
}

void Worker::log_reload(const net::TlsServer::Reload& reload) {
  if (!reload.has_changed && !reload.problem) return;
  const std::string why = reload.problem.value_or("");
  context_.options.log->write(reload.problem ? LogLevel::warn : LogLevel::info,
                              LogEvent::tls_reloaded,
                              {{"server", std::string_view{context_.options.alias}},
                               {"verdict", reload.problem ? std::string_view{"kept the old ones"}
                                                          : std::string_view{"new"}},
                               {"why", std::string_view{why}}});
  if (reload.has_changed) log_certificate_warnings(context_.options, *context_.tls);
}

Awaitable<void> Worker::accept_from(std::shared_ptr<Worker> self, Acceptor& acceptor) {
  while (!self->is_stopping_) {
    const Taken taken = self->take(acceptor);
    if (taken == Taken::no_descriptors) {
      static_cast<void>(co_await acceptor.pause.wait(pause_without_descriptors));
    } else if (taken == Taken::some) {
      co_await asio::post(self->executor_, awaiting);
    } else {
      const std::tuple<error_code> ready = co_await acceptor.readiness.async_wait(
          asio::posix::descriptor_base::wait_read, asio::as_tuple(awaiting));
      static_cast<void>(ready);  // an error: it stops
    }
  }
}

Worker::Taken Worker::take(Acceptor& acceptor) {
  for (int count = 0; count < taken_at_once; ++count) {
    Endpoint peer;
    Result<std::optional<net::Descriptor>> accepted = acceptor.listening.socket.accept(peer);
    if (!accepted) {
      shed(acceptor, accepted.error());
      return Taken::no_descriptors;
    }
    if (!*accepted) return Taken::all;
    admit(std::move(**accepted), acceptor.listening, peer);
  }
  return Taken::some;
}

Worker::Peer Worker::identify(const Endpoint& peer) const {
  const session::Trusted& trusted = context_.trusted;
  const bool speaks_proxy = trusted.proxy.contains(peer);
  return {.name = net::host_port(peer),
          .keys = speaks_proxy ? std::nullopt : net::peer_keys(peer),
          .own_keys = net::peer_keys(peer),
          .speaks_proxy = speaks_proxy,
          .may_xclient = trusted.xclient.contains(peer),
          .may_xforward = trusted.xforward.contains(peer)};
}

void Worker::admit(net::Descriptor descriptor, const Listening& listening, const Endpoint& peer) {
  Peer client = identify(peer);
  if (const auto limit = table_.enter(client.keys, SteadyClock::now())) {
    return refuse(descriptor, client, *limit);
  }
  net::Socket socket{executor_};
  error_code error;
  socket.assign(listening.socket.bound().protocol(), descriptor.get(), error);
  if (error) return table_.leave(client.keys);
  descriptor.release();
  const std::optional<net::PeerKeys> keys = client.keys;
  try {
    gate_.spawn(serve(shared_from_this(),
                      make_guest(std::move(socket), listening.address, std::move(client))));
  } catch (const std::bad_alloc&) {
    table_.leave(keys);  // no memory for one more: he is gone with his socket
  }
}

std::unique_ptr<Worker::Guest> Worker::make_guest(net::Socket socket, std::string_view listener,
                                                  Peer peer) {
  auto guest = std::make_unique<Guest>();
  guest->keys = peer.keys;
  Session::Facts facts;
  facts.id = context_.ids.next();
  facts.server = context_.options.alias;
  facts.hostname = context_.options.hostname;
  facts.listener = listener;
  facts.client.address = std::move(peer.name.host);
  facts.client.port = peer.name.port;
  session::Arrival arrival{.keys = peer.own_keys,
                           .own_keys = peer.own_keys,
                           .speaks_proxy = peer.speaks_proxy,
                           .may_xclient = peer.may_xclient,
                           .may_xforward = peer.may_xforward};
  if (peer.speaks_proxy) {
    arrival.identify = [this, &counted = guest->keys](const net::PeerKeys& keys) {
      const auto limit = table_.identify(keys, SteadyClock::now());
      if (!limit) counted = keys;
      return limit;
    };
  }
  guest->connection = std::make_unique<session::Connection>(
      context_, net::Stream{std::move(socket)}, std::move(facts), std::move(arrival));
  return guest;
}

/// Its frame lives as long as the connection: it holds as little as can be.
Awaitable<void> Worker::serve(std::shared_ptr<Worker> self, std::unique_ptr<Guest> guest) {
  session::Connection* const connection = guest->connection.get();
  self->note_load(self->context_.load.add());
  // What a sink throws, or a lack of memory, ends this session, and no other.
  try {
    self->connections_.insert(connection);
    if (self->is_stopping_) connection->drain();
    co_await connection->run();
  } catch (...) {
    self->log_failure(*connection, event::describe(std::current_exception()));
  }
  self->connections_.erase(connection);
  self->note_load(self->context_.load.remove());
  guest->connection.reset();
  self->table_.leave(guest->keys);
}

/// Each change comes to one worker, which tells it to all.
void Worker::note_load(session::Load::Change change) {
  if (change == session::Load::Change::none) return;
  const bool begins = change == session::Load::Change::overload_began;
  context_.options.log->write(
      begins ? LogLevel::warn : LogLevel::info, LogEvent::defence,
      {{"server", std::string_view{context_.options.alias}},
       {"defence", defence_name(Defence::overload)},
       {"state", begins ? std::string_view{"begins"} : std::string_view{"ends"}},
       {"connections", static_cast<std::int64_t>(context_.load.connections())}});
  if (!begins) return;
  context_.defences.add(Defence::overload);
  on_overload_();
}

void Worker::hurry() {
  for (session::Connection* const connection : connections_) connection->hurry();
}

void Worker::log_failure(const session::Connection& connection, std::string_view why) {
  context_.options.log->write(LogLevel::error, LogEvent::handler_failed,
                              {{"sess", std::string_view{connection.id()}},
                               {"server", std::string_view{context_.options.alias}},
                               {"why", why}});
}

/// Says why, as far as the kernel takes it at once, and closes.
void Worker::refuse(const net::Descriptor& descriptor, const Peer& peer, Defence limit) {
  context_.defences.add(limit);
  const std::string_view text = refusal_of(limit);
  const std::string line = std::string{text}.append("\r\n");
  static_cast<void>(
      ::send(descriptor.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  const auto times = refusals_.hear(complaint_of(limit, peer.keys), SteadyClock::now());
  if (!times) return;
  context_.options.log->write(LogLevel::info, LogEvent::connection_refused,
                              {{"server", std::string_view{context_.options.alias}},
                               {"ip", std::string_view{peer.name.host}},
                               {"code", text},
                               {"defence", defence_name(limit)},
                               {"times", static_cast<std::int64_t>(*times)}});
}

/// The process or the machine has no descriptor left. The one that was spared turns clients away,
/// who would otherwise wait in the dark.
void Worker::shed(Acceptor& acceptor, const error_code& error) {
  const std::string why = error.message();
  if (const auto times = failures_.hear(why, SteadyClock::now())) {
    context_.options.log->write(LogLevel::warn, LogEvent::accept_failed,
                                {{"server", std::string_view{context_.options.alias}},
                                 {"listener", std::string_view{acceptor.listening.address}},
                                 {"why", std::string_view{why}},
                                 {"times", static_cast<std::int64_t>(*times)}});
  }
  spare_.close();
  for (int count = 0; count < taken_at_once; ++count) {
    Endpoint peer;
    const Result<std::optional<net::Descriptor>> accepted = acceptor.listening.socket.accept(peer);
    if (!accepted || !*accepted) break;
    refuse(**accepted, identify(peer), Defence::total_connections);
  }
  spare_ = open_spare();
}

void Worker::stop(std::chrono::milliseconds grace, std::function<void()> give_up) {
  is_stopping_ = true;
  for (const auto& acceptor : acceptors_) {
    if (acceptor->readiness.is_open()) acceptor->readiness.release();
    acceptor->listening.socket.close();
    acceptor->pause.give();
  }
  reload_.give();
  for (session::Connection* const connection : connections_) connection->drain();
  patience_.expires_after(grace);
  patience_.async_wait(
      [self = shared_from_this(), give_up = std::move(give_up)](const error_code& error) {
        if (!error) self->cut(give_up);
      });
}

void Worker::cut(std::function<void()> give_up) {
  for (session::Connection* const connection : connections_) connection->cut();
  patience_.expires_after(last_wait);
  patience_.async_wait(
      [self = shared_from_this(), give_up = std::move(give_up)](const error_code& error) {
        if (!error && give_up) give_up();
      });
}

}  // namespace quoth::server
