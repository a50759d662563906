#include "support/transcript_parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "support/transcript_server.hpp"

namespace quoth::test {
namespace {

using smtp::State;

void require(bool holds, std::string_view complaint) {
  if (!holds) throw std::runtime_error{std::string{complaint}};
}

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  require(error == std::errc{} && stop == digits.data() + digits.size() && !digits.empty(),
          "no number");
  return value;
}

bool take(std::string_view& text, std::string_view lead) noexcept {
  if (!text.starts_with(lead)) return false;
  text.remove_prefix(lead.size());
  return true;
}

/// "limits.recipients" and its like: all limits of the protocol itself.
void set_limit(smtp::Limits& limits, std::string_view name, std::uint64_t value) {
  if (name == "message_bytes") {
    limits.message_bytes = value;
    return;
  }
  if (name == "discarded_bytes") {
    limits.discarded_bytes = value;
    return;
  }
  using Member = std::size_t smtp::Limits::*;
  static constexpr auto members = std::to_array<std::pair<std::string_view, Member>>({
      {"recipients", &smtp::Limits::recipients},
      {"command_line_bytes", &smtp::Limits::command_line_bytes},
      {"text_line_bytes", &smtp::Limits::text_line_bytes},
      {"errors", &smtp::Limits::errors},
      {"junk_commands", &smtp::Limits::junk_commands},
      {"refused_recipients", &smtp::Limits::refused_recipients},
  });
  using Optional = std::optional<std::size_t> smtp::Limits::*;
  static constexpr auto optionals = std::to_array<std::pair<std::string_view, Optional>>({
      {"messages", &smtp::Limits::messages},
      {"recipient_domains", &smtp::Limits::recipient_domains},
  });
  for (const auto& [known, member] : optionals) {
    if (known != name) continue;
    limits.*member = value;
    return;
  }
  const auto* const found =
      std::ranges::find_if(members, [&](const auto& member) { return member.first == name; });
  require(found != members.end(), "there is no such limit");
  limits.*found->second = value;
}

void set_text_rule(smtp::TextRules& rules, std::string_view name, std::string_view value) {
  if (name == "bare_line_ends") {
    using smtp::BareLineEnds;
    require(value == "reject" || value == "normalise" || value == "pass", "there is no such rule");
    rules.bare_line_ends = value == "reject" ? BareLineEnds::reject
                           : value == "pass" ? BareLineEnds::pass
                                             : BareLineEnds::normalise;
    return;
  }
  require(value == "reject" || value == "pass", "there is no such rule");
  require(name == "long_lines" || name == "nul", "there is no such rule");
  (name == "nul" ? rules.passes_nul : rules.passes_long_lines) = value == "pass";
}

State state_of(std::string_view name) {
  for (const State state : {State::connected, State::greeted, State::mail, State::rcpt, State::body,
                            State::chunks, State::refused, State::finished}) {
    if (word(state) == name) return state;
  }
  throw std::runtime_error{"there is no such state"};
}

}  // namespace

void TranscriptParser::line(std::string_view line) {
  require(!line.ends_with('\r'), "lines of a transcript end with LF alone");
  if (line.empty() || line.starts_with('#')) return;
  const bool speaks = line.size() >= 2 && (line[0] == 'C' || line[0] == 'S' || line[0] == 'M') &&
                      (line[1] == ':' || line[1] == '!' || line[1] == '=');
  if (take(line, "== ")) {
    begin(line);
  } else if (take(line, "repeat ")) {
    repeat(line);
  } else if (line == "end") {
    repeat({});
  } else if (is_repeating_) {
    repeat_.lines.emplace_back(line);
  } else if (speaks) {
    dialogue(line);
  } else {
    option(line);
  }
}

std::vector<Transcript> TranscriptParser::finish() {
  require(!is_repeating_, "a repeat without its end");
  require(transcripts_.empty() || !current().exchanges.empty(), "a conversation without a word");
  require(!transcripts_.empty(), "no conversation");
  return std::move(transcripts_);
}

void TranscriptParser::begin(std::string_view title) {
  require(!is_repeating_, "a repeat without its end");
  require(transcripts_.empty() || !current().exchanges.empty(), "a conversation without a word");
  transcripts_.push_back({.name = file_ + ", " + std::string{title}});
  is_closed_ = is_gone_ = stores_nothing_ = false;
}

/// "repeat 20" begins, nothing ends.
void TranscriptParser::repeat(std::string_view line) {
  require(is_repeating_ == line.empty(), "repeat and end come in pairs");
  is_repeating_ = !line.empty();
  if (is_repeating_) {
    repeat_ = {.count = static_cast<unsigned>(number(line))};
    return;
  }
  const Repeat again = std::exchange(repeat_, {});
  for (unsigned i = 0; i < again.count; ++i) {
    for (const std::string& each : again.lines) dialogue(each);
  }
}

void TranscriptParser::option(std::string_view line) {
  const std::size_t equals = line.find(" = ");
  require(equals != std::string_view::npos, "no line of a transcript");
  std::string_view name = line.substr(0, equals);
  const std::string_view value = line.substr(equals + 3);
  require(current().exchanges.empty(), "an option stands before the dialogue");
  if (name == "start") {
    start(value);
  } else if (name == "undefine") {
    current().undefined.emplace_back(value);
  } else if (name == "protocol") {
    require(value == "lmtp", "the protocol is SMTP, or lmtp");
    current().protocol = smtp::Protocol::lmtp;
  } else if (take(name, "text.")) {
    set_text_rule(current().limits.text, name, value);
  } else if (name == "offer") {
    current().offered.emplace_back(value);
  } else if (take(name, "limits.")) {
    set_limit(current().limits, name, number(value));
  } else if (take(name, "reply.")) {
    const auto code = static_cast<unsigned>(number(value.substr(0, value.find(' '))));
    const std::string_view text = value.substr(std::min<std::size_t>(4, value.size()));
    current().replies.emplace_back(name, smtp::Reply{code, text});
  } else {
    throw std::runtime_error{"there is no such option"};
  }
}

/// What nearly every conversation begins with, up to `state`.
void TranscriptParser::start(std::string_view state) {
  const State target = state_of(state);
  require(target != State::finished && target != State::refused && target != State::chunks,
          "that is no start");
  server("220 mx.local.test ESMTP Quoth\r\n");
  if (target == State::connected) return;
  client(current().protocol == smtp::Protocol::lmtp ? "LHLO client.test\r\n"
                                                    : "EHLO client.test\r\n");
  // What these lines are is for the conversations that say them.
  std::string lines;
  smtp::append_reply(lines, {250, "mx.local.test\n" + dialect_of(current()).ehlo_lines()},
                     smtp::Enhanced::no);
  server(lines);
  if (target == State::greeted) return;
  client("MAIL FROM:<ann@client.test>\r\n");
  server("250 2.1.0 OK\r\n");
  if (target == State::mail) return;
  client("RCPT TO:<user@local.test>\r\n");
  server("250 2.1.5 recipient ok\r\n");
  if (target == State::rcpt) return;
  client("DATA\r\n");
  server("354 end data with <CRLF>.<CRLF>\r\n");
}

void TranscriptParser::dialogue(std::string_view line) {
  require(line.size() >= 2 && std::string_view{":!="}.find(line[1]) != std::string_view::npos,
          "no line of a dialogue");
  const char speaker = line[0];
  const char kind = line[1];
  line.remove_prefix(2);
  take(line, " ");
  if (kind == '=') {
    stands(speaker, line);
    return;
  }
  const std::string octets = kind == '!' ? unescape(line) : std::string{line} + "\r\n";
  switch (speaker) {
    case 'C': client(octets); break;
    case 'S': server(octets); break;
    default: message().text += octets;
  }
}

void TranscriptParser::stands(char speaker, std::string_view value) {
  if (speaker == 'S') {
    exchange().state = state_of(value);
    is_closed_ = value == "closed";
  } else if (speaker == 'C') {
    require(value == "gone", "a client can be gone, nothing else");
    is_gone_ = true;
  } else if (value == "nothing") {
    require(current().stored.empty(), "a message was stored");
    stores_nothing_ = true;
  } else {
    require(!stores_nothing_, "nothing was stored");
    current().stored.push_back({.envelope = std::string{value}, .text = {}});
  }
}

void TranscriptParser::client(std::string_view octets) {
  require(!is_gone_, "the client is gone");
  std::vector<Exchange>& all = current().exchanges;
  if (all.empty() || !all.back().server.empty() || all.back().state) all.emplace_back();
  all.back().client += octets;
}

void TranscriptParser::server(std::string_view octets) {
  require(!is_gone_ && !is_closed_, "the conversation is over");
  Exchange& now = exchange();
  require(!now.state, "a reply comes before the state that it leads to");
  now.server += octets;
}

Transcript& TranscriptParser::current() {
  if (transcripts_.empty()) transcripts_.push_back({.name = file_});
  return transcripts_.back();
}

/// The last one. The server's greeting is one where the client says nothing.
Exchange& TranscriptParser::exchange() {
  std::vector<Exchange>& all = current().exchanges;
  if (all.empty()) all.emplace_back();
  return all.back();
}

StoredMessage& TranscriptParser::message() {
  require(!current().stored.empty(), "which message? \"M= <sender> to <recipient>\" says so");
  return current().stored.back();
}

}  // namespace quoth::test
