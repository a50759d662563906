#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <quoth/version.hpp>

#include "apps/quoth/conform_report.hpp"
#include "apps/quoth/escape.hpp"

namespace quoth::app {
namespace {

using conform::Dialogue;
using conform::Outcome;
using conform::Report;
using Status = Outcome::Status;

/// Appends `"key": "text"`.
void append_text(std::string_view key, std::string_view text, std::string& out) {
  append_json(key, out);
  out += ": ";
  append_json(text, out);
}

std::string_view who(Dialogue::Who side) {
  switch (side) {
    case Dialogue::Who::client: return "client";
    case Dialogue::Who::server: return "server";
    case Dialogue::Who::note: return "note";
  }
  return "";
}

void append_dialogue(const Dialogue& dialogue, std::string& out) {
  out += "\"dialogue\": [";
  bool is_first = true;
  for (const Dialogue::Turn& turn : dialogue.turns()) {
    out += is_first ? "{" : ", {";
    is_first = false;
    append_text("who", who(turn.who), out);
    out += ", ";
    append_text("octets", turn.octets, out);
    fmt::format_to(std::back_inserter(out), ", \"size\": {}}}", turn.size);
  }
  out += ']';
}

/// What the table of cases says of one, without braces.
void append_about(const conform::Case& about, std::string& out) {
  const std::array<std::pair<std::string_view, std::string_view>, 6> texts{{
      {"id", about.id},
      {"group", about.group()},
      {"level", name(about.level)},
      {"reference", about.reference},
      {"title", about.title},
      {"why", about.why},
  }};
  for (const auto& [key, text] : texts) {
    if (key != texts.front().first) out += ", ";
    append_text(key, text, out);
  }
}

void append_case(const Outcome& outcome, std::string& out) {
  out += "    {";
  append_about(*outcome.about, out);
  out += ", ";
  append_text("status", name(outcome.status), out);
  out += ", ";
  append_text("detail", outcome.detail, out);
  out += ", ";
  if (outcome.skip != Outcome::Skip::none) {
    append_text("skipped_because", describe(outcome.skip), out);
    out += ", ";
  }
  fmt::format_to(std::back_inserter(out), "\"ms\": {}, ", outcome.duration.count());
  append_dialogue(outcome.dialogue, out);
  out += '}';
}

void append_counts(const Report& report, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "  \"counts\": {{\"cases\": {}, \"passed\": {}, \"failed\": {}, \"skipped\": {}, "
                 "\"failed_must\": {}, \"failed_security\": {}, \"failed_should\": {}, "
                 "\"failed_extension\": {}, \"cut_off\": {}}},\n",
                 report.cases.size(), report.count(Status::passed), report.count(Status::failed),
                 report.count(Status::skipped), report.count(Status::failed, conform::Level::must),
                 report.count(Status::failed, conform::Level::security),
                 report.count(Status::failed, conform::Level::should),
                 report.count(Status::failed, conform::Level::extension), report.cut_off());
}

}  // namespace

std::string conform_json(const Report& report) {
  std::string out = "{\n  ";
  append_text("version", version(), out);
  out += ",\n  ";
  append_text("server", report.target, out);
  out += ",\n  ";
  append_text("greeting", report.greeting, out);
  out += ",\n  \"extensions\": [";
  for (const std::string& line : report.extensions) {
    if (&line != &report.extensions.front()) out += ", ";
    append_json(line, out);
  }
  fmt::format_to(
      std::back_inserter(out), "],\n  \"ok\": {},\n  \"mail_arrived\": {},\n  \"ms\": {},\n",
      !report.is_bad() && !report.is_hollow(), !report.is_mail_missing, report.duration.count());
  append_counts(report, out);
  out += "  \"cases\": [\n";
  for (const Outcome& outcome : report.outcomes) {
    append_case(outcome, out);
    out += &outcome == &report.outcomes.back() ? "\n" : ",\n";
  }
  return out + "  ]\n}\n";
}

std::string conform_list_json(const conform::Cases& cases) {
  std::string out = "{\n  ";
  append_text("version", version(), out);
  out += ",\n  \"cases\": [\n";
  for (const conform::Case& each : cases) {
    out += "    {";
    append_about(each, out);
    out += &each == &cases.back() ? "}\n" : "},\n";
  }
  return out + "  ]\n}\n";
}

}  // namespace quoth::app
