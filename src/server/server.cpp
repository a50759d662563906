#include <quoth/server.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "net/address.hpp"
#include "net/inherited_sockets.hpp"
#include "net/listening_socket.hpp"
#include "net/tls_server.hpp"
#include "server/connection_table.hpp"
#include "server/descriptor_limit.hpp"
#include "server/options_check.hpp"
#include "server/worker.hpp"
#include "session/context.hpp"

namespace quoth {

namespace asio = boost::asio;

namespace {

// Threads for what blocks in sessions themselves: messages that are too large for memory.
constexpr std::size_t blocking_threads = 4;

// Descriptors besides those of connections: listeners, files, event loops.
constexpr std::size_t other_descriptors = 512;

/// An event loop of the server's own, with its thread.
struct Loop {
  // Its sockets are touched by its thread alone, so that each operation need not lock.
  asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  std::shared_ptr<server::Worker> worker;
  std::thread thread;
};

/// A Unix socket's path; none is there for one without a file, which begins with an octet 0.
std::string path_of(const net::ListeningSocket& socket) {
  const auto& bound = socket.bound();
  sockaddr_un address{};
  std::memcpy(&address, bound.data(), std::min(sizeof address, bound.size()));
  return {address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path)};
}

Endpoint describe(const net::ListeningSocket& socket) {
  Endpoint result;
  if (socket.bound().protocol().family() == AF_UNIX) {
    result.path = path_of(socket);
    result.address = "unix:" + result.path;
    return result;
  }
  const net::HostPort bound = net::host_port(socket.bound());
  result.address = bound.to_string();
  result.host = bound.host;
  result.port = bound.port;
  return result;
}

bool is_any_v4(const net::Address& address) {
  return net::host_port(address.endpoint).host == "0.0.0.0";
}

[[noreturn]] void fail_to_listen(const error_code& error, const std::string& where) {
  throw boost::system::system_error(error, "cannot listen on " + where);
}

std::vector<net::ListeningSocket> open_inherited(const std::string& name) {
  const std::string where = "fd:" + name;
  const net::InheritedSockets& handed_in = net::InheritedSockets::of_this_process();
  Result<std::vector<net::ListeningSocket>> sockets = handed_in.open(name);
  if (!sockets) fail_to_listen(sockets.error(), where);
  if (sockets->empty()) {
    fail_to_listen({ENOENT, boost::system::system_category()},
                   where + ", of those that were handed in (" + handed_in.names() + ")");
  }
  return *std::move(sockets);
}

/// All that a line of `listen` stands for: one socket, unless several were handed in.
std::vector<net::ListeningSocket> open(const net::Address& address, unsigned unix_mode) {
  if (!address.inherited.empty()) return open_inherited(address.inherited);
  Result<net::ListeningSocket> socket = net::ListeningSocket::open(address, unix_mode);
  if (!socket) {
    const std::string host_port = net::host_port(address.endpoint).to_string();
    fail_to_listen(socket.error(), address.is_unix() ? "unix:" + address.path : host_port);
  }
  std::vector<net::ListeningSocket> result;
  result.push_back(*std::move(socket));
  return result;
}

std::vector<net::Address> parse_all(const std::vector<std::string>& texts) {
  std::vector<net::Address> result;
  for (const std::string& text : texts) result.push_back(net::Address::parse(text));
  const bool has_v4 = std::any_of(result.begin(), result.end(), is_any_v4);
  for (net::Address& address : result) address.is_v6_only = has_v4;
  return result;
}

}  // namespace

struct Server::Impl {
  explicit Impl(ServerOptions given)
      : options{server::checked(std::move(given))},
        dialect{smtp::standard_dialect(options.limits, options.protocol)},
        table{options.connections} {
    apply_extensions();
  }

  class StartGuard;
  void apply_extensions();
  void raise_limits();
  void prepare();
  std::vector<std::vector<server::Listening>> open_all(std::size_t workers);
  void start_loop(std::vector<server::Listening> listening);
  void worker_ended();
  void hurry_all();
  std::vector<std::vector<server::Listening>> take_bound(std::size_t workers);
  void release_addresses(std::size_t first = 0) noexcept;
  void log_event(LogEvent event) const;
  void append_counters(std::vector<LogField>& fields) const;

  ServerOptions options;
  smtp::Dialect dialect;
  Chains chains;
  std::vector<std::unique_ptr<Plugin>> plugins;
  server::ConnectionTable table;
  DefenceCounters defences;
  std::optional<net::BlockingPool> pool;
  std::optional<net::TlsServer> tls;
  std::optional<session::Context> context;

  std::optional<std::vector<std::vector<server::Listening>>> bound;  // until start()
  std::vector<std::string> files;                                    // of our own Unix sockets

  std::mutex mutex;  // for what follows, which other threads ask for
  std::vector<Endpoint> endpoints;
  std::vector<std::unique_ptr<Loop>> loops;
  std::shared_ptr<server::Worker> guest;  // serve()'s worker, on the caller's loop
  std::optional<net::Executor> guest_executor;
  std::function<void()> on_stopped;
  std::size_t running = 0;
  bool is_stopping = false;
};

/// @throws std::invalid_argument naming the extension that does not exist.
void Server::Impl::apply_extensions() {
  for (const auto& [keyword, is_offered] : options.extensions) {
    if (is_offered) dialect.offer(keyword);
  }
  // Afterwards, so that no other one brings them back.
  for (const auto& [keyword, is_offered] : options.extensions) {
    if (is_offered) continue;
    dialect.require_known(keyword);
    dialect.withdraw(keyword);
  }
}

void Server::Impl::log_event(LogEvent event) const {
  if (!options.log->wants(LogLevel::info)) return;
  std::vector<std::string_view> addresses;
  for (const Endpoint& endpoint : endpoints) addresses.push_back(endpoint.address);
  std::vector<LogField> fields{{"server", std::string_view{options.alias}},
                               {"listen", std::span<const std::string_view>{addresses}}};
  if (event == LogEvent::server_stopped) append_counters(fields);
  options.log->write(LogLevel::info, event, fields);
}

/// Those of the defences that have acted.
void Server::Impl::append_counters(std::vector<LogField>& fields) const {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Defence::count); ++i) {
    const auto defence = static_cast<Defence>(i);
    const auto count = static_cast<std::int64_t>(defences.get(defence));
    if (count > 0) fields.push_back({defence_name(defence), count});
  }
}

/// A connection needs a descriptor, and another two while it delivers.
void Server::Impl::raise_limits() {
  const std::size_t wanted = 3 * options.connections.total + other_descriptors;
  const std::size_t allowed = server::raise_descriptor_limit(wanted);
  if (allowed >= options.connections.total + other_descriptors) return;
  options.log->write(
      LogLevel::warn, LogEvent::config_warning,
      {{"server", std::string_view{options.alias}},
       {"why", "fewer files may be open (RLIMIT_NOFILE) than connections.total wants"},
       {"files", static_cast<std::int64_t>(allowed)}});
}

/// What has to be ready before the first client.
void Server::Impl::prepare() {
  if (context) throw std::logic_error("a server can be started once");
  apply_extensions();  // again: who runs the server has the last word, not a plugin
  for (const auto& plugin : plugins) plugin->start(*options.log);
  raise_limits();
  pool.emplace(blocking_threads);
  context.emplace(options, dialect, chains, defences, *pool, tls ? &*tls : nullptr);
}

/// Opens each address once for each worker, and reads the keys: both may need privileges that the
/// process gives up before it serves.
std::vector<std::vector<server::Listening>> Server::Impl::open_all(std::size_t workers) {
  if (options.tls.mode != TlsMode::off) {
    tls.emplace(options.tls, options.hostname);
    server::log_certificate_warnings(options, *tls);
  }
  std::vector<std::vector<server::Listening>> result(workers);
  for (const net::Address& address : parse_all(options.listen)) {
    for (net::ListeningSocket& first : open(address, options.unix_mode)) {
      const Endpoint endpoint = describe(first);
      {
        const std::lock_guard lock{mutex};
        endpoints.push_back(endpoint);
        if (address.is_unix()) files.push_back(address.path);
      }
      for (std::size_t i = 1; i < workers; ++i) {
        Result<net::ListeningSocket> other = first.share();
        if (!other) fail_to_listen(other.error(), endpoint.address);
        result[i].push_back({*std::move(other), endpoint.address});
      }
      result[0].push_back({std::move(first), endpoint.address});
    }
  }
  return result;
}

/// What bind() has opened, else what is opened now.
std::vector<std::vector<server::Listening>> Server::Impl::take_bound(std::size_t workers) {
  if (!bound) return open_all(workers);
  std::vector<std::vector<server::Listening>> result = std::move(*bound);
  bound.reset();
  return result;
}

void Server::Impl::start_loop(std::vector<server::Listening> listening) {
  auto loop = std::make_unique<Loop>();
  loop->worker = std::make_shared<server::Worker>(loop->io.get_executor(), *context, table,
                                                  std::move(listening), [this] { hurry_all(); });
  if (loops.empty()) loop->worker->watch_certificates();
  asio::co_spawn(loop->io, loop->worker->run(), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
  });
  loop->thread = std::thread{[this, &io = loop->io] {
    io.run();
    worker_ended();
  }};
  loops.push_back(std::move(loop));
}

/// Any thread.
void Server::Impl::hurry_all() {
  const std::lock_guard lock{mutex};
  for (const auto& loop : loops) {
    asio::post(loop->io, [worker = loop->worker] { worker->hurry(); });
  }
  if (guest) asio::post(*guest_executor, [worker = guest] { worker->hurry(); });
}

void Server::Impl::worker_ended() {
  const std::lock_guard lock{mutex};
  if (--running > 0) return;
  release_addresses();
  log_event(LogEvent::server_stopped);
  if (on_stopped) on_stopped();
}

/// A Unix socket's file goes with the server.
void Server::Impl::release_addresses(std::size_t first) noexcept {
  for (std::size_t i = first; i < files.size(); ++i) ::unlink(files[i].c_str());
}

/// A start that fails leaves no file of a Unix socket behind.
class Server::Impl::StartGuard {
 public:
  explicit StartGuard(Impl& impl) noexcept
      : impl_{&impl}, first_{impl.bound ? 0 : impl.files.size()} {}
  StartGuard(const StartGuard&) = delete;
  StartGuard& operator=(const StartGuard&) = delete;
  ~StartGuard() {
    if (impl_ != nullptr) impl_->release_addresses(first_);
  }
  void succeeded() noexcept { impl_ = nullptr; }

 private:
  Impl* impl_;
  std::size_t first_;
};

Server::Server(ServerOptions options) : impl_{std::make_unique<Impl>(std::move(options))} {}

Server::~Server() {
  stop(std::chrono::milliseconds{0});
  wait();
  if (impl_->bound) impl_->release_addresses();
  if (!impl_->pool) return;
  impl_->pool->join();
  for (const auto& plugin : impl_->plugins) plugin->stop();
}

void Server::use(std::unique_ptr<Plugin> plugin) {
  plugin->define(impl_->dialect);
  plugin->attach(impl_->chains);
  impl_->plugins.push_back(std::move(plugin));
}

Chains& Server::chains() noexcept { return impl_->chains; }

smtp::Dialect& Server::dialect() noexcept { return impl_->dialect; }

const ServerOptions& Server::options() const noexcept { return impl_->options; }

const DefenceCounters& Server::defences() const noexcept { return impl_->defences; }

void Server::log_counters() const {
  if (!impl_->options.log->wants(LogLevel::info)) return;
  std::vector<LogField> fields{{"server", std::string_view{impl_->options.alias}},
                               {"connections", static_cast<std::int64_t>(connection_count())}};
  impl_->append_counters(fields);
  impl_->options.log->write(LogLevel::info, LogEvent::server_counters, fields);
}

std::size_t Server::connection_count() const noexcept { return impl_->table.count(); }

std::vector<Endpoint> Server::listening() const {
  const std::lock_guard lock{impl_->mutex};
  return impl_->endpoints;
}

void Server::bind() {
  if (impl_->bound || impl_->context) throw std::logic_error("a server can be bound once");
  Impl::StartGuard guard{*impl_};
  auto listening = impl_->open_all(impl_->options.threads);
  guard.succeeded();
  impl_->bound = std::move(listening);
}

void Server::start() {
  const std::size_t threads = impl_->options.threads;
  Impl::StartGuard guard{*impl_};
  auto listening = impl_->take_bound(threads);
  impl_->prepare();
  guard.succeeded();
  const std::lock_guard lock{impl_->mutex};
  impl_->running = threads;
  for (auto& sockets : listening) impl_->start_loop(std::move(sockets));
  impl_->log_event(LogEvent::server_started);
}

Awaitable<void> Server::serve() {
  Impl& impl = *impl_;
  const net::Executor executor = co_await asio::this_coro::executor;
  // Its sessions are coroutines of their own: ending this one early would leave them behind.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  Impl::StartGuard guard{impl};
  auto listening = impl.take_bound(1);
  impl.prepare();
  guard.succeeded();
  auto worker =
      std::make_shared<server::Worker>(executor, *impl.context, impl.table,
                                       std::move(listening.front()), [&impl] { impl.hurry_all(); });
  {
    const std::lock_guard lock{impl.mutex};
    impl.guest = worker;
    impl.guest_executor = executor;
    impl.running = 1;
    impl.log_event(LogEvent::server_started);
  }
  worker->watch_certificates();
  co_await worker->run();
  {
    const std::lock_guard lock{impl.mutex};
    impl.guest.reset();
  }
  impl.worker_ended();
}

void Server::reload_certificates() noexcept {
  const std::lock_guard lock{impl_->mutex};
  if (impl_->running == 0 || impl_->is_stopping || !impl_->tls) return;
  if (!impl_->loops.empty()) {
    Loop& loop = *impl_->loops.front();
    asio::post(loop.io, [worker = loop.worker] { worker->reload_certificates(); });
  } else if (impl_->guest) {
    asio::post(*impl_->guest_executor, [worker = impl_->guest] { worker->reload_certificates(); });
  }
}

void Server::stop() noexcept { stop(impl_->options.grace); }

void Server::stop(std::chrono::milliseconds grace) noexcept {
  const std::lock_guard lock{impl_->mutex};
  if (impl_->running == 0) return;
  if (!std::exchange(impl_->is_stopping, true)) {
    impl_->log_event(LogEvent::server_stopping);
    // While the sockets are still ours: once they are closed, another server may take the names.
    impl_->release_addresses();
  }
  for (const auto& loop : impl_->loops) {
    asio::post(loop->io, [worker = loop->worker, grace, &io = loop->io] {
      worker->stop(grace, [&io] { io.stop(); });
    });
  }
  if (impl_->guest) {
    asio::post(*impl_->guest_executor,
               [worker = impl_->guest, grace] { worker->stop(grace, nullptr); });
  }
}

void Server::wait() {
  for (const auto& loop : impl_->loops) {
    if (loop->thread.joinable()) loop->thread.join();
  }
}

int Server::run() {
  asio::io_context io{1};
  asio::signal_set signals{io, SIGINT, SIGTERM};
  const std::function<void(const error_code&, int)> on_signal = [&](const error_code& error, int) {
    if (error) return;
    stop();
    // The second one is in a hurry.
    signals.async_wait([this](const error_code& e, int) {
      if (!e) stop(std::chrono::milliseconds{0});
    });
  };
  signals.async_wait(on_signal);
  impl_->on_stopped = [&] { asio::post(io, [&] { signals.cancel(); }); };
  start();
  io.run();
  wait();
  impl_->on_stopped = nullptr;
  return 0;
}

}  // namespace quoth
