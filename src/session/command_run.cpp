#include "session/command_run.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include "session/default_action.hpp"

namespace quoth::session {
namespace {

using event::Dispatch;

/// The raw chain of a command; without one an empty order stands in.
const event::Order& raw_order(const Surroundings& around) {
  static const event::Order none;
  const smtp::Command& command = around.protocol.command();
  SessionChains& chains = around.session.chains();
  if (command.definition != nullptr) {
    return chains.current(around.speech.plan_of(*command.definition).chain);
  }
  const std::size_t chain = chains.find_verb(command.verb);
  return chain == event::OrderSet::none ? none : chains.current(chain);
}

}  // namespace

CommandRun::CommandRun(const Surroundings& surroundings)
    : around_{surroundings},
      raw_event_{around_.session, command().verb, command().argument, command()},
      raw_{raw_order(around_), raw_event_, around_.failures} {}

CommandRun::Progress CommandRun::run() {
  while (!reply_) {
    if (step() == Progress::must_wait) return Progress::must_wait;
  }
  return Progress::done;
}

CommandRun::Progress CommandRun::step() {
  Dispatch& dispatch = waiting();
  switch (dispatch.run()) {
    case Dispatch::Progress::must_wait: return Progress::must_wait;
    case Dispatch::Progress::at_default: begin_default(); break;
    case Dispatch::Progress::answered:
      if (typed_) {
        typed_by_ = dispatch.handler();
        end_typed(dispatch.reply());
      } else {
        reply_ = dispatch.reply();
        answered_by_ = dispatch.handler() == "default" ? typed_by_ : dispatch.handler();
        refuse_bare_challenge();
      }
      break;
    case Dispatch::Progress::passed: typed_ ? end_typed(pass()) : pass_raw(); break;
  }
  return Progress::done;
}

/// A 334 to AUTH goes on with an exchange, and only the default begins one.
void CommandRun::refuse_bare_challenge() {
  const smtp::Verb* const verb = command().definition;
  const bool is_auth = verb != nullptr && verb->effect == smtp::Effect::authenticate;
  if (!is_auth || reply_->code() != smtp::code::auth_continues || around_.authentication) return;
  around_.failures.handler_failed(answered_by_, "said 334 to AUTH, and there is no exchange");
  reply_.emplace(smtp::code::temporary_failure, "4.3.0 cannot authenticate now, try again later");
}

void CommandRun::begin_default() {
  // The chain has it for the other speech, that of the clear or that behind TLS.
  if (command().definition == nullptr) return pass_raw();
  const DefaultAction& action = *around_.speech.plan_of(*command().definition).action;
  if (command().arguments.index() != action.arguments) {
    raw_.resume(smtp::Reply{smtp::code::not_implemented, "5.5.1 command not implemented"});
  } else if (std::optional<smtp::Reply> reply = action.begin(*this)) {
    raw_.resume(*std::move(reply));
  }
}

void CommandRun::end_typed(Decision typed) {
  typed_.reset();
  if (command().definition == nullptr) {
    // RFC 5321 §4.2.4: 500 for what is no verb here at all.
    reply_ = typed ? *std::move(typed)
                   : smtp::Reply{smtp::code::syntax_error, "5.5.2 command not recognized"};
    answered_by_ = typed_by_;
    return;
  }
  const DefaultAction& action = *around_.speech.plan_of(*command().definition).action;
  raw_.resume(action.end(*this, std::move(typed)));
}

/// Nobody answered in the raw chain, so no default action stands there.
void CommandRun::pass_raw() {
  if (command().definition == nullptr)
    return fire<event::Unknown>(command().verb, command().argument);
  // RFC 5321 §4.2.4: 502 for a verb that is known, but switched off.
  reply_ = smtp::Reply{smtp::code::not_implemented, "5.5.1 command not implemented"};
}

}  // namespace quoth::session
