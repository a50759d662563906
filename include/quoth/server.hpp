#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <quoth/awaitable.hpp>
#include <quoth/chains.hpp>
#include <quoth/defence.hpp>
#include <quoth/event.hpp>
#include <quoth/plugin.hpp>
#include <quoth/server_options.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/dialect.hpp>

namespace quoth {

/// Where a server listens.
struct Endpoint {
  std::string address;     ///< "127.0.0.1:2525", "[::1]:2525" or "unix:/path".
  std::string host;        ///< "127.0.0.1"; empty for a Unix socket.
  std::uint16_t port = 0;  ///< The real one, also if 0 was asked for; 0 for a Unix socket.
  std::string path;        ///< Of a Unix socket.
};

/// An SMTP server. Register handlers and plugins first, then run it. Several may live in one
/// process.
///
/// A recipient or a message that no handler accepts is refused: an unconfigured server is never an
/// open relay, and never takes responsibility for mail that nothing stores.
class Server {
 public:
  /// Checks the options; opens nothing yet.
  /// @throws std::invalid_argument naming the option that is out of its range.
  explicit Server(ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops at once and waits, if it runs.
  ~Server();

  /// Appends a handler to the chain of `Event`. `name` is unique there; the log shows it.
  template <class Event, HandlerOf<Event> Handler>
  void on(std::string name, Handler handler) {
    chains().get<Event>().append(std::move(name), std::move(handler));
  }

  /// Appends a handler to the raw chain of a verb, ahead of the default one.
  template <HandlerOf<event::Command> Handler>
  void on_verb(std::string_view verb, std::string name, Handler handler) {
    chains().verb(verb).append(std::move(name), std::move(handler));
  }

  /// Adds a plugin, which registers its own handlers. The server owns it from here on.
  void use(std::unique_ptr<Plugin> plugin);

  /// Appends every method `on(event::X&)` of `object`, which is borrowed.
  template <class Object>
  void use(const std::string& name, Object& object) {
    attach_object(chains(), name, object);
  }

  /// Appends every static function `on(event::X&)` of `Type`.
  template <class Type>
  void use(const std::string& name) {
    attach_type<Type>(chains(), name);
  }

  /// All chains, to be looked at and edited, from any thread and while the server runs.
  [[nodiscard]] Chains& chains() noexcept;

  /// What the server speaks. Changes are for before it runs.
  [[nodiscard]] smtp::Dialect& dialect() noexcept;

  /// Binds its addresses ahead of start(), which does it otherwise: for a program that gives up
  /// privileges in between. Nobody is answered yet, and no thread is started. Errors as start().
  void bind();

  /// Binds its addresses, starts its threads, and returns when clients can connect. Once in a
  /// server's life.
  /// @throws boost::system::system_error naming the address that cannot be bound; what a plugin's
  /// start() throws.
  void start();

  /// Waits until it has stopped. Returns at once if it does not run.
  void wait();

  /// start(), then serves until stop(), SIGINT or SIGTERM; a second signal ends it at once. Returns
  /// the program's exit code: 0.
  int run();

  /// Serves on the caller's io_context, which one thread must run; completes when the last session
  /// has ended, which the server must outlive. stop() ends it; cancelling it does nothing. Errors
  /// as start().
  [[nodiscard]] Awaitable<void> serve();

  /// Stops accepting, ends idle sessions with 421, and cuts the rest after `grace`. Any thread.
  /// Nothing happens while it does not run.
  void stop(std::chrono::milliseconds grace) noexcept;
  /// The same with the grace of the options.
  void stop() noexcept;

  /// Reads the files of TlsOptions::certificates again now, which happens by itself a second after
  /// they change; the log tells what came of it. Any thread. Nothing happens without TLS, or while
  /// it does not run.
  void reload_certificates() noexcept;

  /// Where it listens, from start() on. Empty before, and until serve() has bound.
  [[nodiscard]] std::vector<Endpoint> listening() const;

  [[nodiscard]] const ServerOptions& options() const noexcept;

  /// How often each defence has acted. Any thread.
  [[nodiscard]] const DefenceCounters& defences() const noexcept;

  /// Writes them as a line, server.counters. Any thread.
  void log_counters() const;

  /// Connections open at this moment. Any thread.
  [[nodiscard]] std::size_t connection_count() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace quoth
