#include "conform/battery.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "conform/from_options.hpp"
#include "conform/judge.hpp"
#include "conform/places.hpp"
#include "conform/player.hpp"
#include "conform/probe.hpp"
#include "conform/script.hpp"
#include "conform/situation.hpp"
#include "conform/stored_mail.hpp"
#include "net/gate.hpp"
#include "net/notice.hpp"

namespace quoth::conform {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks{100};
// What must not arrive may come a little later than the last message.
constexpr std::chrono::milliseconds before_last_look{300};
constexpr std::string_view smtputf8_group = "smtputf8";

/// A word that stands in no other run's mail.
std::string new_run_word() {
  std::random_device random;
  return fmt::format("quoth{:08x}{:08x}", random(), random());
}

/// The last message of a run: once it has arrived, the others should have.
Case control_case() {
  return {"control.message",
          Level::must,
          "RFC 5321 §3.3",
          "A plain message is delivered",
          "It shows that mail arrives where --maildir looks.",
          Stage::data,
          {text("control\r\n", "250")},
          "",
          {Stored::Rule::as_decided, "", ""}};
}

/// One run: the cases, what they share, and what became of them.
class Run {
 public:
  Run(const Options& options, Cases cases);

  Report report();

 private:
  Awaitable<void> work();
  Awaitable<void> run_all();
  Awaitable<Outcome> play(const Case& played, std::size_t number);
  Awaitable<void> look_at_stored();
  void judge_stored(const std::vector<StoredFile>& files, const Outcome& control);
  void judge_observations();
  void note_defects(const Case& about, const Reply& reply);

  const Options& options_;
  Report report_;
  Situation situation_;
  std::string word_ = new_run_word();
  // What is older is no mail of this run; the server's clock may be a little behind.
  std::filesystem::file_time_type since_ =
      std::filesystem::file_time_type::clock::now() - std::chrono::minutes{5};
  boost::asio::io_context io_{1};
  net::Gate gate_{io_.get_executor()};
  std::map<Defect, std::string> defects_;  // with an example
  ReplySeen seen_ = [this](const Case& about, const Reply& reply) { note_defects(about, reply); };
  Case control_ = control_case();
  Probe probe_;
  std::size_t next_ = 0;
};

Run::Run(const Options& options, Cases cases)
    : options_{options}, situation_{situation_of(options)} {
  report_.target = options.target.text;
  report_.cases = std::move(cases);
  report_.outcomes.resize(report_.cases.size());
}

Report Run::report() {
  const SteadyClock::time_point begin = SteadyClock::now();
  net::Gate whole{io_.get_executor()};
  whole.spawn(run_all());
  io_.run();
  if (!probe_.error.empty()) throw Unreachable{probe_.error, probe_.advice};
  report_.greeting = std::move(probe_.greeting);
  report_.extensions = std::move(probe_.extensions);
  judge_observations();
  report_.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin);
  return std::move(report_);
}

Awaitable<void> Run::run_all() {
  const net::Executor executor = io_.get_executor();
  probe_ = co_await probe(executor, options_, situation_);
  if (!probe_.error.empty()) co_return;
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.jobs, 1); ++i) gate_.spawn(work());
  co_await gate_.wait_until_empty();
  if (situation_.has_maildir) co_await look_at_stored();
}

Awaitable<void> Run::work() {
  while (next_ < report_.cases.size()) {
    const std::size_t number = next_++;
    Outcome outcome = co_await play(report_.cases[number], number);
    report_.outcomes[number] = std::move(outcome);
  }
}

Awaitable<Outcome> Run::play(const Case& played, std::size_t number) {
  const Missing lacking = missing(played.needs, situation_, played.opening);
  if (lacking.skip != Outcome::Skip::none) {
    Outcome outcome;
    outcome.about = &played;
    outcome.status = Outcome::Status::skipped;
    outcome.skip = lacking.skip;
    outcome.detail = lacking.what;
    co_return outcome;
  }
  const std::string mark = fmt::format("{}n{:04}", word_, number);
  Player player{io_.get_executor(), situation_, played, seen_};
  std::string first = mark + "a";
  std::string second = mark + "b";
  Outcome outcome = co_await player.play(std::move(first), std::move(second));
  co_return outcome;
}

Awaitable<void> Run::look_at_stored() {
  const Outcome control = co_await play(control_, report_.cases.size());
  const std::filesystem::path folder{options_.maildir};
  const SteadyClock::time_point due = SteadyClock::now() + options_.timeout;
  net::Notice never{io_.get_executor()};
  std::vector<StoredFile> files = files_with(folder, word_, since_);
  const auto is_all_there = [this, &files, &control] {
    return is_complete(control, files) &&
           std::ranges::all_of(report_.outcomes,
                               [&files](const Outcome& each) { return is_complete(each, files); });
  };
  while (!is_all_there() && SteadyClock::now() < due) {
    static_cast<void>(co_await never.wait(between_looks));
    files = files_with(folder, word_, since_);
  }
  static_cast<void>(co_await never.wait(before_last_look));
  files = files_with(folder, word_, since_);
  judge_stored(files, control);
}

void Run::judge_stored(const std::vector<StoredFile>& files, const Outcome& control) {
  const bool is_seen = control.was_taken && is_complete(control, files);
  report_.is_mail_missing = !is_seen;
  for (Outcome& outcome : report_.outcomes) {
    const Stored& stored = outcome.about->stored;
    if (stored.rule == Stored::Rule::not_looked_at || outcome.status != Outcome::Status::passed) {
      continue;
    }
    if (!is_seen) {
      outcome.status = Outcome::Status::skipped;
      outcome.skip = Outcome::Skip::option;
      outcome.detail = "no mail of this run arrives below the folder of --maildir";
      continue;
    }
    Places places = situation_.places;
    places["mark"] = outcome.mark;
    places["mark2"] = outcome.mark2;
    Stored filled = stored;
    filled.text = fill(stored.text, places);
    filled.lacks = fill(stored.lacks, places);
    filled.ahead_of = fill(stored.ahead_of, places);
    std::string problem = problem_of_stored(outcome, filled, files);
    if (problem.empty()) continue;
    outcome.status = Outcome::Status::failed;
    outcome.detail = std::move(problem);
  }
}

void Run::note_defects(const Case& about, const Reply& reply) {
  for (const Defect defect : reply.defects) {
    // RFC 6531 §3.7.4: what was asked in UTF-8 may be answered so.
    if (defect == Defect::high_octet && about.group() == smtputf8_group) continue;
    defects_.try_emplace(defect,
                         fmt::format("{}: {}: \"{}\"", about.id, describe(defect), shown(reply)));
  }
}

void Run::judge_observations() {
  for (Outcome& outcome : report_.outcomes) {
    if (outcome.status != Outcome::Status::passed) continue;
    for (const Defect defect : outcome.about->observes) {
      const auto found = defects_.find(defect);
      if (found == defects_.end()) continue;
      outcome.status = Outcome::Status::failed;
      outcome.detail = "in " + found->second;
    }
  }
}

}  // namespace

std::size_t Report::count(Outcome::Status status) const noexcept {
  return static_cast<std::size_t>(std::ranges::count(outcomes, status, &Outcome::status));
}

std::size_t Report::count(Outcome::Status status, Level level) const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(outcomes, [status, level](const Outcome& outcome) {
        return outcome.status == status && outcome.about->level == level;
      }));
}

std::size_t Report::count(Outcome::Skip skip) const noexcept {
  return static_cast<std::size_t>(std::ranges::count(outcomes, skip, &Outcome::skip));
}

bool Report::is_bad() const noexcept {
  return count(Outcome::Status::failed, Level::must) > 0 ||
         count(Outcome::Status::failed, Level::security) > 0;
}

std::size_t Report::cut_off() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(outcomes, [](const Outcome& outcome) {
    return outcome.skip == Outcome::Skip::ended && is_grave(outcome.about->level);
  }));
}

bool Report::is_hollow() const noexcept {
  const auto judged = std::ranges::count_if(outcomes, [](const Outcome& outcome) {
    return outcome.status != Outcome::Status::skipped && is_grave(outcome.about->level);
  });
  return cut_off() > static_cast<std::size_t>(judged);
}

Report run_battery(const Options& options, Cases cases) {
  return Run{options, std::move(cases)}.report();
}

}  // namespace quoth::conform
