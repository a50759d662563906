#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "apps/quoth/conform_report.hpp"
#include "apps/quoth/diagnostics.hpp"
#include "apps/quoth/escape.hpp"

namespace quoth::app {
namespace {

using conform::Dialogue;
using conform::Level;
using conform::Outcome;
using conform::Report;
using Status = Outcome::Status;

constexpr std::array levels{Level::must, Level::security, Level::should, Level::extension};
constexpr std::array skips{Outcome::Skip::not_offered, Outcome::Skip::protocol,
                           Outcome::Skip::option, Outcome::Skip::refused, Outcome::Skip::ended};
constexpr std::size_t max_shown_turns = 24;

std::string painted(std::string_view text, std::string_view code, Colour colour) {
  return colour == Colour::no ? std::string{text} : fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string word(const Outcome& outcome, Colour colour) {
  switch (outcome.status) {
    case Status::passed: return painted("ok  ", "32", colour);
    case Status::skipped: return painted("skip", "2", colour);
    case Status::failed: break;
  }
  const bool is_bad =
      outcome.about->level == Level::must || outcome.about->level == Level::security;
  return painted("FAIL", is_bad ? "1;31" : "33", colour);
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(text, out);
  return out;
}

std::string_view side_of(Dialogue::Who who) {
  switch (who) {
    case Dialogue::Who::client: return "C: ";
    case Dialogue::Who::server: return "S: ";
    case Dialogue::Who::note: break;
  }
  return "-- ";
}

/// Octets as lines, with each line end and control character in sight.
void append_turn(const Dialogue::Turn& turn, std::string& out) {
  constexpr std::string_view indent = "           ";
  const std::string_view side = side_of(turn.who);
  std::string_view rest{turn.octets};
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    const bool is_whole = line.ends_with("\r\n");
    if (is_whole) line.remove_suffix(2);
    fmt::format_to(std::back_inserter(out), "{}{}{}{}\n", indent, side, escaped(line),
                   is_whole || turn.who == Dialogue::Who::note ? "" : " (no CRLF)");
  }
  if (turn.size > turn.octets.size()) {
    fmt::format_to(std::back_inserter(out), "{}{}... {} octets in all\n", indent, side, turn.size);
  }
}

void append_dialogue(const Dialogue& dialogue, std::string& out) {
  const auto& turns = dialogue.turns();
  const std::size_t left_out = turns.size() > max_shown_turns ? turns.size() - max_shown_turns : 0;
  if (left_out > 0) {
    fmt::format_to(std::back_inserter(out), "           ({} turns before)\n", left_out);
  }
  for (std::size_t i = left_out; i < turns.size(); ++i) append_turn(turns[i], out);
}

void append_failure(const Outcome& outcome, Colour colour, std::string& out) {
  const conform::Case& about = *outcome.about;
  fmt::format_to(std::back_inserter(out), "\n{} {} [{}] {}\n", word(outcome, colour),
                 painted(about.id, "1", colour), name(about.level), about.title);
  fmt::format_to(std::back_inserter(out), "     what   {}\n     why    {}\n     see    {}\n",
                 escaped(outcome.detail), about.why, about.reference);
  if (outcome.dialogue.turns().empty()) return;
  out += "     dialogue\n";
  append_dialogue(outcome.dialogue, out);
}

void append_line(const Outcome& outcome, Colour colour, std::string& out) {
  fmt::format_to(std::back_inserter(out), "  {} {:<34} {:<9} {}", word(outcome, colour),
                 outcome.about->id, name(outcome.about->level), outcome.about->title);
  if (outcome.status == Status::skipped) {
    fmt::format_to(std::back_inserter(out), "  ({})", escaped(outcome.detail));
  }
  out += '\n';
}

void append_counts(const Report& report, std::string& out) {
  fmt::format_to(std::back_inserter(out), "\n{:<10} {:>7} {:>7} {:>8}\n", "", "passed", "failed",
                 "skipped");
  for (const Level level : levels) {
    fmt::format_to(std::back_inserter(out), "{:<10} {:>7} {:>7} {:>8}\n", name(level),
                   report.count(Status::passed, level), report.count(Status::failed, level),
                   report.count(Status::skipped, level));
  }
  fmt::format_to(std::back_inserter(out), "{:<10} {:>7} {:>7} {:>8}\n", "all",
                 report.count(Status::passed), report.count(Status::failed),
                 report.count(Status::skipped));
  for (const Outcome::Skip skip : skips) {
    if (report.count(skip) == 0) continue;
    fmt::format_to(std::back_inserter(out), "skipped: {} ({})\n", report.count(skip),
                   describe(skip));
  }
}

std::string verdict(const Report& report, Colour colour) {
  if (report.is_bad()) return painted("a MUST or SECURITY case failed", "1;31", colour);
  if (report.is_hollow()) return painted("too little was judged", "33", colour);
  return painted("no MUST or SECURITY case failed", "32", colour);
}

/// What the verdict does not cover.
std::string reservations(const Report& report) {
  std::string out;
  if (report.cut_off() > 0) {
    fmt::format_to(std::back_inserter(out),
                   "; {} MUST or SECURITY {} not judged, since the server ended the connection",
                   report.cut_off(), report.cut_off() == 1 ? "case was" : "cases were");
  }
  if (report.is_mail_missing) {
    out += "; nothing that was stored was judged, since no mail arrived below --maildir";
  }
  return out;
}

}  // namespace

std::string conform_text(const Report& report, Colour colour) {
  std::string out = fmt::format("{}: {}\n", escaped(report.target), escaped(report.greeting));
  std::string_view group;
  for (const Outcome& outcome : report.outcomes) {
    if (outcome.about->group() != group) {
      group = outcome.about->group();
      fmt::format_to(std::back_inserter(out), "\n{}\n", painted(group, "1", colour));
    }
    append_line(outcome, colour, out);
  }
  for (const Outcome& outcome : report.outcomes) {
    if (outcome.status == Status::failed) append_failure(outcome, colour, out);
  }
  append_counts(report, out);
  fmt::format_to(std::back_inserter(out), "{} in {:.1f} s: {}{}\n",
                 counted(report.cases.size(), "case"),
                 static_cast<double>(report.duration.count()) / 1000, verdict(report, colour),
                 reservations(report));
  return out;
}

std::string conform_list(const conform::Cases& cases) {
  std::string out;
  for (const conform::Case& each : cases) {
    fmt::format_to(std::back_inserter(out), "{:<34} {:<9} {:<22} {}\n", each.id, name(each.level),
                   each.reference, each.title);
  }
  fmt::format_to(std::back_inserter(out), "{}\n", counted(cases.size(), "case"));
  return out;
}

}  // namespace quoth::app
