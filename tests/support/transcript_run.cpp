#include "support/transcript_run.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/transcript_server.hpp"

namespace quoth::test {
namespace {

std::string differing(std::string_view what, char speaker, std::string_view wanted,
                      std::string_view came) {
  std::string text{"---- expected "};
  text.append(what).append(":\n").append(as_lines(speaker, wanted));
  text.append("---- but it is:\n").append(as_lines(speaker, came));
  return text;
}

/// The dialogue up to the first reply that is another one than is written.
std::string dialogue(const Transcript& transcript, std::string_view output) {
  std::string text;
  for (const Exchange& exchange : transcript.exchanges) {
    text += as_lines('C', exchange.client);
    if (!output.starts_with(exchange.server)) {
      return text + differing("here", 'S', exchange.server, output);
    }
    text += as_lines('S', exchange.server);
    output.remove_prefix(exchange.server.size());
  }
  return output.empty() ? text : text + differing("nothing more", 'S', {}, output);
}

std::string as_text(const std::vector<StoredMessage>& messages) {
  std::string text;
  for (const StoredMessage& message : messages) {
    text.append("M= ").append(message.envelope).append("\n");
    text += as_lines('M', message.text);
  }
  return text.empty() ? "M= nothing\n" : text;
}

std::string as_text(const Outcome& outcome) {
  return std::string{"S= "}.append(word(outcome.state)) + ", hello from \"" + outcome.helo +
         "\", " + std::to_string(outcome.command_count) + " commands, " +
         std::to_string(outcome.error_count) + " errors\n";
}

std::string compare_messages(const Transcript& transcript, const Outcome& outcome) {
  if (outcome.stored == transcript.stored) return {};
  return dialogue(transcript, outcome.output) + "---- expected to be stored:\n" +
         as_text(transcript.stored) + "---- but it is:\n" + as_text(outcome.stored);
}

std::string compare(const Transcript& transcript, const Outcome& outcome, const Outcome& in_step) {
  if (outcome.output != transcript.server()) return dialogue(transcript, outcome.output);
  std::string wrong = compare_messages(transcript, outcome);
  if (wrong.empty() && outcome != in_step) {
    wrong = dialogue(transcript, outcome.output) + "---- ended in step as\n" + as_text(in_step) +
            "---- and now as\n" + as_text(outcome);
  }
  return wrong;
}

std::string play_in_step(const Transcript& transcript, const smtp::Dialect& dialect,
                         Outcome& outcome) {
  TranscriptServer server{transcript, dialect};
  std::string due;
  for (const Exchange& exchange : transcript.exchanges) {
    server.feed(exchange.client);
    due += exchange.server;
    if (server.output() != due) return dialogue(transcript, server.output());
    if (exchange.state && *exchange.state != server.state()) {
      return dialogue(transcript, server.output()) +
             "---- expected S= " + std::string{word(*exchange.state)} + " after:\n" +
             as_lines('C', exchange.client) +
             "---- but it is S= " + std::string{word(server.state())} + '\n';
    }
  }
  outcome = server.outcome();
  return compare_messages(transcript, outcome);
}

/// A failure's text with the run's name above it.
std::string named(const Transcript& transcript, const std::string& run, const std::string& wrong) {
  if (wrong.empty()) return {};
  return '"' + transcript.name + "\", " + run + ":\n" + wrong;
}

}  // namespace

std::string play(const Transcript& transcript) {
  const smtp::Dialect dialect = dialect_of(transcript);
  Outcome in_step;
  std::string wrong = play_in_step(transcript, dialect, in_step);
  if (!wrong.empty()) return named(transcript, "in step", wrong);

  const std::string client = transcript.client();
  const std::string_view octets = client;
  TranscriptServer by_octet{transcript, dialect};
  for (std::size_t i = 0; i < octets.size(); ++i) by_octet.feed(octets.substr(i, 1));
  wrong = compare(transcript, by_octet.outcome(), in_step);
  if (!wrong.empty()) return named(transcript, "octet by octet", wrong);

  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    TranscriptServer server{transcript, dialect};
    server.feed(octets.substr(0, cut));  // Cut 0: all at once.
    server.feed(octets.substr(cut));
    wrong = compare(transcript, server.outcome(), in_step);
    if (wrong.empty()) continue;
    const std::string run = cut == 0 ? "all at once" : "cut after octet " + std::to_string(cut);
    return named(transcript, run, wrong);
  }
  return {};
}

}  // namespace quoth::test
