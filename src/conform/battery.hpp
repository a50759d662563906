#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "conform/case.hpp"
#include "conform/outcome.hpp"
#include "conform/situation.hpp"
#include "conform/target.hpp"

namespace quoth::conform {

/// What a run is told.
struct Options {
  Target target;
  bool is_lmtp = false;
  std::string rcpt = "postmaster";  ///< One that exists, and whose mail may be thrown away.
  std::string unknown_rcpt = {};    ///< Empty: made up at the domain of `rcpt`, if it has one.
  std::string sender = "conform@example.org";
  std::string maildir =
      {};  ///< A folder below which mail for `rcpt` arrives. Empty: not looked at.
  std::chrono::milliseconds timeout{10'000};  ///< Of each wait.
  std::size_t jobs = 8;                       ///< Cases that run at a time.
  TlsUse tls = TlsUse::as_needed;
  std::string user = {};  ///< One who may log in. Empty: nobody.
  std::string password = {};
  bool may_proxy = false;        ///< The server wants a PROXY header from us.
  bool may_xclient = false;      ///< It believes our XCLIENT.
  bool is_submission = false;    ///< MAIL wants a login: the cases log in by AUTH PLAIN.
  bool has_own_senders = false;  ///< Users may only send as themselves.
};

/// What a run has found.
struct Report {
  Report() = default;
  Report(Report&&) = default;
  Report& operator=(Report&&) = default;
  Report(const Report&) = delete;  // its outcomes would point to the cases of the other
  Report& operator=(const Report&) = delete;
  ~Report() = default;

  std::string target;
  std::string greeting;                 ///< Its text, as it came.
  std::vector<std::string> extensions;  ///< The lines of the answer to EHLO.
  Cases cases;
  std::vector<Outcome> outcomes;  ///< In the order of `cases`, to which they point.
  std::chrono::milliseconds duration{0};
  /// With --maildir: not even the last message was found there, and nothing stored was judged.
  bool is_mail_missing = false;

  [[nodiscard]] std::size_t count(Outcome::Status status) const noexcept;
  [[nodiscard]] std::size_t count(Outcome::Status status, Level level) const noexcept;
  [[nodiscard]] std::size_t count(Outcome::Skip skip) const noexcept;
  /// A MUST or SECURITY case failed.
  [[nodiscard]] bool is_bad() const noexcept;
  /// How many MUST and SECURITY cases were not judged since the server ended the connection.
  [[nodiscard]] std::size_t cut_off() const noexcept;
  /// They are more than those that were judged: a run that says little.
  [[nodiscard]] bool is_hollow() const noexcept;
};

/// There is no server to judge: it cannot be reached, or will not talk.
class Unreachable : public std::runtime_error {
 public:
  Unreachable(const std::string& what, std::string advice)
      : std::runtime_error{what}, advice_{std::move(advice)} {}

  [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

 private:
  std::string advice_;
};

/// Runs the cases, several at a time, in an event loop of its own; returns when all have ended.
/// @throws Unreachable before any case was run.
[[nodiscard]] Report run_battery(const Options& options, Cases cases);

}  // namespace quoth::conform
