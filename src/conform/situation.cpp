#include "conform/situation.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "core/ascii.hpp"

namespace quoth::conform {
namespace {

/// A message of more octets is not sent to see whether it is refused.
constexpr std::uint64_t max_sent_octets = std::uint64_t{64} << 20U;

bool has_place(const Situation& situation, std::string_view name) {
  return situation.places.find(name) != situation.places.end();
}

Missing missing_option(std::string_view word, const Situation& situation) {
  if (word == "maildir" && !situation.has_maildir)
    return {Outcome::Skip::option, "needs --maildir"};
  if (word == "domain" && !has_place(situation, word)) {
    return {Outcome::Skip::option, "needs a --rcpt with a domain"};
  }
  if (word == "unknown" && !has_place(situation, word)) {
    return {Outcome::Skip::option, "needs --unknown-rcpt, or a --rcpt with a domain"};
  }
  return {};
}

Missing missing_limit(std::string_view word, const Situation& situation) {
  const std::string_view limit = word.substr(word.find('-') + 1);
  if (has_place(situation, limit)) return {};
  return {Outcome::Skip::not_offered,
          fmt::format("no {}, or one above {}", limit, max_tried_limit)};
}

Missing missing_word(std::string_view word, const Situation& situation) {
  if (word == "smtp") {
    return situation.is_lmtp ? Missing{Outcome::Skip::protocol, "not for LMTP"} : Missing{};
  }
  if (word == "lmtp") {
    return situation.is_lmtp ? Missing{}
                             : Missing{Outcome::Skip::protocol, "for LMTP, with --lmtp"};
  }
  if (word == "SIZE=" || word == "small-SIZE") {
    const bool is_there = has_place(situation, word == "SIZE=" ? "size" : "small-size");
    return is_there ? Missing{}
                    : Missing{Outcome::Skip::not_offered, "no SIZE, or too large a one"};
  }
  if (word.starts_with("small-") && word.ends_with("MAX")) return missing_limit(word, situation);
  if (!word.empty() && word.front() == '!') {
    return situation.extensions.find(word.substr(1)) == situation.extensions.end()
               ? Missing{}
               : Missing{Outcome::Skip::not_offered, fmt::format("{} is offered", word.substr(1))};
  }
  if (ascii::upper(word) != word) return missing_option(word, situation);
  return situation.extensions.find(word) != situation.extensions.end()
             ? Missing{}
             : Missing{Outcome::Skip::not_offered, fmt::format("{} is not offered", word)};
}

void learn_size(std::string_view parameter, Situation& situation) {
  std::uint64_t size = 0;
  const char* const begin = parameter.data();
  const char* const end = begin + parameter.size();
  const auto [stop, error] = std::from_chars(begin, end, size);
  if (error != std::errc{} || stop != end || size == 0) return;
  situation.places["size"] = fmt::format("{}", size);
  situation.places["size+1"] = fmt::format("{}", size + 1);
  if (size <= max_sent_octets) situation.places["small-size"] = fmt::format("{}", size);
}

/// "RCPTMAX=100 MAILMAX=10" (RFC 9422 §3).
void learn_limits(std::string_view parameters, Situation& situation) {
  while (!parameters.empty()) {
    const std::size_t space = std::min(parameters.find(' '), parameters.size());
    const std::string_view limit = parameters.substr(0, space);
    parameters.remove_prefix(std::min(space + 1, parameters.size()));
    const std::size_t equals = std::min(limit.find('='), limit.size());
    const std::string name = ascii::upper(limit.substr(0, equals));
    const std::string_view text = limit.substr(std::min(equals + 1, limit.size()));
    std::size_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_number = error == std::errc{} && stop == text.data() + text.size();
    if (!is_number || value == 0 || value > max_tried_limit) continue;
    if (name == "RCPTMAX" || name == "MAILMAX") situation.places[name] = fmt::format("{}", value);
  }
}

}  // namespace

Missing missing(std::string_view needs, const Situation& situation) {
  while (!needs.empty()) {
    const std::size_t space = std::min(needs.find(' '), needs.size());
    Missing result = missing_word(needs.substr(0, space), situation);
    if (result.skip != Outcome::Skip::none) return result;
    needs.remove_prefix(std::min(space + 1, needs.size()));
  }
  return {};
}

void learn_extensions(const Reply& ehlo, Situation& situation) {
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {
    const std::string_view line = ehlo.lines[i];
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string keyword = ascii::upper(line.substr(0, space));
    const std::string parameters{line.substr(std::min(space + 1, line.size()))};
    if (keyword == "SIZE") learn_size(parameters, situation);
    if (keyword == "LIMITS") learn_limits(parameters, situation);
    situation.extensions.emplace(keyword, parameters);
  }
}

}  // namespace quoth::conform
