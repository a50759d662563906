#include "bench/probe.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "bench/failure.hpp"
#include "bench/holder.hpp"
#include "core/ascii.hpp"

namespace quoth::bench {
namespace {

std::string_view take_word(std::string_view& line) noexcept {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

bool has_word(std::string_view line, std::string_view wanted) noexcept {
  while (!line.empty()) {
    if (ascii::iequals(take_word(line), wanted)) return true;
  }
  return false;
}

[[noreturn]] void fail_without(const Options& options, std::string_view what,
                               std::string_view option) {
  throw Unmeasurable{fmt::format("{} does not offer {}", options.target, what),
                     fmt::format("leave out `{}`, or let the server offer it", option)};
}

[[noreturn]] void fail(const Options& options, const Unexpected& first) {
  if (first.command == "connect") {
    std::string why = first.reply;
    if (why.starts_with('(') && why.ends_with(')')) why = why.substr(1, why.size() - 2);
    throw Unmeasurable{fmt::format("cannot connect to {}: {}", options.target, why),
                       "start the server first, or let it be started by --spawn"};
  }
  throw Unmeasurable{fmt::format("{} does not let us begin: the answer to {} is: {}",
                                 options.target, first.command, first.reply),
                     first.command == "AUTH" ? "is the password right?"
                                             : "`quoth conform` says more about a server"};
}

}  // namespace

bool offers(std::string_view hello, std::string_view extension,
            std::string_view parameter) noexcept {
  bool is_first = true;  // which is the server's name
  while (!hello.empty()) {
    const std::size_t size = std::min(hello.find('\n'), hello.size() - 1) + 1;
    std::string_view line = hello.substr(0, size);
    hello.remove_prefix(size);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    line.remove_prefix(std::min<std::size_t>(4, line.size()));
    if (!std::exchange(is_first, false) && ascii::iequals(take_word(line), extension)) {
      return parameter.empty() || has_word(line, parameter);
    }
  }
  return false;
}

void probe(const Options& options, const Script& script, const std::atomic<bool>& is_stopped) {
  Holder one{options, script};
  if (!one.open(1, is_stopped)) return;
  const std::string& hello = one.hello();
  const Scenario& scenario = options.scenario;
  // Before the failure that follows from it.
  if (!hello.empty() && one.held() == 0) {
    if (scenario.tls == Tls::starttls && !offers(hello, "STARTTLS") &&
        one.tally().handshakes == 0) {
      fail_without(options, "STARTTLS", "--starttls");
    }
    if (!options.user.empty() && !offers(hello, "AUTH", "PLAIN")) {
      fail_without(options, "AUTH PLAIN", "--user");
    }
  }
  if (one.held() == 0) fail(options, one.tally().unexpected.front());
  if (scenario.is_pipelining && !offers(hello, "PIPELINING")) {
    fail_without(options, "PIPELINING", "--pipelining");
  }
  if (scenario.is_bdat && !offers(hello, "CHUNKING")) {
    fail_without(options, "CHUNKING", "--bdat");
  }
  one.close();
}

}  // namespace quoth::bench
