#include "bench/script.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <quoth/assert.hpp>

#include "core/base64.hpp"

namespace quoth::bench {
namespace {

constexpr std::size_t line_octets = 78;  // RFC 5322 §2.1.1, with its CRLF 80

std::string numbered(std::string text, std::size_t number) {
  constexpr std::string_view place = "{n}";
  const std::size_t at = text.find(place);
  if (at != std::string::npos) text.replace(at, place.size(), fmt::format("{}", number));
  return text;
}

std::string header_of(const Options& options) {
  return fmt::format(
      "From: <{}>\r\nTo: <{}>\r\nSubject: quoth bench\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
      "\r\n",
      options.sender, numbered(options.recipient, 1));
}

Step hello(const Options& options) {
  // RFC 2033 §4.1
  const std::string_view verb = options.scenario.is_lmtp ? "LHLO" : "EHLO";
  return {fmt::format("{} {}\r\n", verb, options.helo), {{verb}}};
}

std::vector<Step> opening_of(const Options& options) {
  std::vector<Step> steps;
  steps.push_back({"", {{"greeting", 220}}});
  steps.push_back(hello(options));
  if (options.scenario.tls == Tls::starttls) {
    steps.push_back({"STARTTLS\r\n", {{"STARTTLS", 220}}, Step::After::start_tls});
    steps.push_back(hello(options));  // RFC 3207 §4.2
  }
  if (!options.user.empty()) {
    // RFC 4616 §2: no authorization identity.
    std::string secret{'\0'};
    secret += options.user;
    secret += '\0';
    secret += options.password;
    steps.push_back({"AUTH PLAIN " + encode_base64(secret) + "\r\n", {{"AUTH", 235}}});
  }
  return steps;
}

Step mail(const Options& options) {
  return {fmt::format("MAIL FROM:<{}>\r\n", options.sender), {{"MAIL"}}};
}

/// Each command a step of its own.
void add_envelope(const Options& options, std::vector<Step>& steps) {
  steps.push_back(mail(options));
  for (std::size_t i = 1; i <= options.scenario.recipients; ++i) {
    steps.push_back(
        {fmt::format("RCPT TO:<{}>\r\n", numbered(options.recipient, i)), {{"RCPT", 250, 251}}});
  }
}

/// The final replies: in LMTP one for each recipient (RFC 2033 §4.2).
std::vector<Expected> final_replies(const Scenario& scenario, std::string_view command) {
  return {scenario.is_lmtp ? scenario.recipients : 1, {command}};
}

void add_data(const Options& options, std::vector<Step>& steps) {
  steps.push_back({"DATA\r\n", {{"DATA", 354}}});
  steps.push_back({make_text(options, options.scenario.size) + ".\r\n",
                   final_replies(options.scenario, "text")});
}

void add_chunks(const Options& options, std::vector<Step>& steps) {
  const std::string text = make_text(options, options.scenario.size);
  const std::size_t most = options.scenario.chunk == 0 ? text.size() : options.scenario.chunk;
  for (std::size_t at = 0; at < text.size(); at += most) {
    const std::string_view part = std::string_view{text}.substr(at, most);
    const bool is_last = at + part.size() == text.size();
    // RFC 3030 §4.3: in LMTP only the last one is answered for each recipient.
    std::vector<Expected> replies =
        is_last ? final_replies(options.scenario, "BDAT") : std::vector<Expected>{{"BDAT"}};
    steps.push_back({fmt::format("BDAT {}{}\r\n{}", part.size(), is_last ? " LAST" : "", part),
                     std::move(replies)});
  }
}

/// All steps from `begin` on as one. RFC 2920 §3.1: what ends a group waits for its replies.
void join(std::vector<Step>& steps, std::size_t end) {
  Step all;
  for (std::size_t i = 0; i < end; ++i) {
    all.octets += steps[i].octets;
    all.replies.insert(all.replies.end(), steps[i].replies.begin(), steps[i].replies.end());
  }
  steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(end));
  steps.insert(steps.begin(), std::move(all));
}

std::vector<Step> message_of(const Options& options) {
  std::vector<Step> steps;
  add_envelope(options, steps);
  options.scenario.is_bdat ? add_chunks(options, steps) : add_data(options, steps);
  if (options.scenario.is_pipelining) {
    // DATA ends a group, BDAT may stand anywhere in one (RFC 3030 §2).
    join(steps, options.scenario.is_bdat ? steps.size() : steps.size() - 1);
  }
  return steps;
}

}  // namespace

std::size_t least_text_size(const Options& options) { return header_of(options).size() + 2; }

std::string make_text(const Options& options, std::size_t size) {
  std::string text = header_of(options);
  QUOTH_ASSERT(size >= least_text_size(options));
  text.reserve(size);
  while (text.size() < size) {
    const std::size_t rest = size - text.size();
    std::size_t octets = std::min(line_octets + 2, rest);
    if (rest - octets == 1) --octets;  // a line is a CRLF at least
    text.append(octets - 2, 'x');
    text += "\r\n";
  }
  return text;
}

Script Script::of(const Options& options) {
  return {opening_of(options), message_of(options), {"QUIT\r\n", {{"QUIT", 221}}}};
}

}  // namespace quoth::bench
