#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include <quoth/chains.hpp>
#include <quoth/event.hpp>
#include <quoth/log.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/dialect.hpp>

namespace quoth {

/// A set of handlers that belong together, with the state they share. A mistake in its settings
/// should throw from its constructor, so that it stops the start.
class Plugin {
 public:
  Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  virtual ~Plugin() = default;

  /// Unique in a server.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  /// Puts the plugin's handlers into the chains of a server that does not run yet.
  virtual void attach(Chains& chains) = 0;

  /// Adds verbs and extensions to what the server speaks, before attach().
  virtual void define(smtp::Dialect& /*dialect*/) {}

  /// The server is about to listen, nothing runs yet: the place to make folders, read files, and
  /// clean up after a crash. An exception stops the start.
  virtual void start(Log& /*log*/) {}

  /// The server serves nobody any more, and is about to destroy what its sessions still held: the
  /// place to wait for threads of the plugin's own that work for them.
  virtual void stop() noexcept {}
};

namespace detail {

template <class Event, class Object>
bool attach_method(Chains& chains, const std::string& name, Object& object) {
  if constexpr (requires(Event & event) { object.on(event); }) {
    chains.get<Event>().append(name, [&object](Event& event) { return object.on(event); });
    return true;
  }
  return false;
}

template <class Event, class Type>
bool attach_function(Chains& chains, const std::string& name) {
  if constexpr (requires(Event & event) { Type::on(event); }) {
    chains.get<Event>().append(name, [](Event& event) { return Type::on(event); });
    return true;
  }
  return false;
}

/// Calls `visit.operator()<Event>()` for each typed event.
template <class Visitor>
void for_each_event(Visitor visit) {
  visit.template operator()<event::Connect>();
  visit.template operator()<event::Banner>();
  visit.template operator()<event::Helo>();
  visit.template operator()<event::Mail>();
  visit.template operator()<event::Rcpt>();
  visit.template operator()<event::Data>();
  visit.template operator()<event::Headers>();
  visit.template operator()<event::Message>();
  visit.template operator()<event::Reset>();
  visit.template operator()<event::Disconnect>();
  visit.template operator()<event::Etrn>();
  visit.template operator()<event::Tls>();
  visit.template operator()<event::Auth>();
  visit.template operator()<event::LoggedIn>();
  visit.template operator()<event::Unknown>();
}

}  // namespace detail

/// Appends every method `on(event::X&)` of `object` to the chain of X, under `name`. The object is
/// borrowed and must outlive the server.
template <class Object>
void attach_object(Chains& chains, const std::string& name, Object& object) {
  bool attached = false;
  detail::for_each_event([&]<class Event>() {
    attached = detail::attach_method<Event>(chains, name, object) || attached;
  });
  if (!attached) throw std::invalid_argument(name + " has no method on(event::…&)");
}

/// The same for the static functions `on(event::X&)` of a type.
template <class Type>
void attach_type(Chains& chains, const std::string& name) {
  bool attached = false;
  detail::for_each_event([&]<class Event>() {
    attached = detail::attach_function<Event, Type>(chains, name) || attached;
  });
  if (!attached) throw std::invalid_argument(name + " has no static function on(event::…&)");
}

}  // namespace quoth
