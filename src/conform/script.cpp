#include "conform/script.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace quoth::conform {
namespace {

Step plain(Step::Action action, std::chrono::milliseconds time = {}) {
  Step step;
  step.action = action;
  step.time = time;
  return step;
}

std::string with_parameters(std::string line, std::string_view parameters) {
  if (!parameters.empty()) line.append(" ").append(parameters);
  return line;
}

}  // namespace

Step say(std::string line, std::string codes) {
  Step step;
  step.text = std::move(line) + crlf;
  step.codes = std::move(codes);
  return step;
}

Step raw(std::string octets) {
  Step step;
  step.text = std::move(octets);
  return step;
}

Step reply(std::string codes) {
  Step step;
  step.codes = std::move(codes);
  return step;
}

Step end() { return reply("end"); }

Step pause(std::chrono::milliseconds time) { return plain(Step::Action::pause, time); }
Step silence(std::chrono::milliseconds time) { return plain(Step::Action::silence, time); }
Step half_close() { return plain(Step::Action::half_close); }
Step reset() { return plain(Step::Action::reset); }
Step reconnect() { return plain(Step::Action::reconnect); }
Step alive() { return plain(Step::Action::alive); }

Step start_tls(Handshake how) {
  Step step = plain(Step::Action::start_tls);
  step.tls = std::move(how);
  return step;
}

Step no_tls(std::string octets) {
  Step step = plain(Step::Action::no_tls);
  step.text = std::move(octets);
  return step;
}

Step closes() { return plain(Step::Action::closes); }

Step scram(Scram how, std::string codes) {
  Step step = plain(Step::Action::scram);
  step.scram = std::move(how);
  step.codes = std::move(codes);
  return step;
}

Step say_same(std::string line, std::string codes) {
  Step step = say(std::move(line), std::move(codes));
  step.action = Step::Action::same_reply;
  return step;
}

Step mail(std::string_view parameters, std::string codes) {
  return say(with_parameters("MAIL FROM:<{sender}>", parameters), std::move(codes));
}

Step rcpt(std::string_view parameters, std::string codes) {
  return say(with_parameters("RCPT TO:<{rcpt}>", parameters), std::move(codes));
}

std::string message(std::string_view body) {
  std::string result{
      "From: <{sender}>\r\nTo: <{rcpt-address}>\r\nSubject: {mark}\r\n"
      "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <{mark}@conform.example.org>\r\n\r\n"};
  return result.append(body);
}

Step text(std::string_view body, std::string codes) {
  Step step = say(message(body) + ".", std::move(codes));
  step.decides = true;
  return step;
}

Step data_refused() { return say("DATA", "503|554|354|5xx"); }
Step text_refused() { return say(".", "5xx|221|end"); }

std::string run_of(char octet, std::size_t count) {
  std::string result(count, octet);
  return result;
}

}  // namespace quoth::conform
