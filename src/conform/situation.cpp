#include "conform/situation.hpp"

#include <algorithm>
#include <array>
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

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t space = std::min(list.find(' '), list.size());
    if (ascii::iequals(list.substr(0, space), word)) return true;
    list.remove_prefix(std::min(space + 1, list.size()));
  }
  return false;
}

const Extensions& extensions_of(Opening opening, const Situation& situation) {
  const bool is_secured = has_tls(opening, situation);
  if (is_secured && situation.secured) return *situation.secured;
  if (!is_secured && situation.clear) return *situation.clear;
  return situation.extensions;
}

/// What a word of options needs, and whether it is there.
struct OptionWord {
  std::string_view word;
  bool is_there;
  std::string_view lack;
};

/// A mechanism with channel binding (RFC 5802 §4).
bool offers_binding(const Situation& situation) {
  const Extensions& offered = extensions_of(Opening::safest, situation);
  const auto auth = offered.find("AUTH");
  return auth != offered.end() && ascii::upper(auth->second).find("-PLUS") != std::string::npos;
}

Missing missing_option(std::string_view word, const Situation& situation) {
  const std::array<OptionWord, 13> words{{
      {"maildir", situation.has_maildir, "needs --maildir"},
      {"domain", has_place(situation, "domain"), "needs a --rcpt with a domain"},
      {"unknown", has_place(situation, "unknown"),
       "needs --unknown-rcpt, or a --rcpt with a domain"},
      {"implicit", situation.tls == TlsUse::implicit, "needs --tls"},
      {"explicit", situation.tls != TlsUse::implicit, "not with --tls"},
      {"no-binding", !offers_binding(situation), "a -PLUS mechanism is offered"},
      {"user", situation.has_user, "needs --user"},
      {"submission", situation.is_submission, "needs --submission"},
      {"own-sender", situation.has_own_senders, "needs --own-sender"},
      {"proxy", situation.may_proxy, "needs --proxy"},
      {"no-proxy", !situation.may_proxy, "not with --proxy"},
      {"xclient", situation.may_xclient, "needs --xclient"},
      {"no-xclient", !situation.may_xclient, "not with --xclient"},
  }};
  for (const OptionWord& each : words) {
    if (word == each.word && !each.is_there) {
      return {Outcome::Skip::option, std::string{each.lack}};
    }
  }
  return {};
}

Missing missing_limit(std::string_view word, const Situation& situation) {
  const std::string_view limit = word.substr(word.find('-') + 1);
  if (has_place(situation, limit)) return {};
  return {Outcome::Skip::not_offered,
          fmt::format("no {}, or one above {}", limit, max_tried_limit)};
}

Missing missing_protocol(bool is_there, std::string_view what) {
  return is_there ? Missing{} : Missing{Outcome::Skip::protocol, std::string{what}};
}

/// "PIPELINING", "!CHUNKING", "AUTH=PLAIN".
Missing missing_extension(std::string_view word, const Extensions& offered) {
  if (word.front() == '!') {
    return offered.find(word.substr(1)) == offered.end()
               ? Missing{}
               : Missing{Outcome::Skip::not_offered, fmt::format("{} is offered", word.substr(1))};
  }
  const std::size_t equals = std::min(word.find('='), word.size());
  const auto found = offered.find(word.substr(0, equals));
  if (found != offered.end() &&
      (equals == word.size() || has_word(found->second, word.substr(equals + 1)))) {
    return {};
  }
  return {Outcome::Skip::not_offered, fmt::format("{} is not offered", word)};
}

Missing missing_word(std::string_view word, const Situation& situation, Opening opening) {
  if (word == "smtp") return missing_protocol(!situation.is_lmtp, "not for LMTP");
  if (word == "lmtp") return missing_protocol(situation.is_lmtp, "for LMTP, with --lmtp");
  if (word == "tls") {
    return situation.secured ? Missing{} : Missing{Outcome::Skip::not_offered, situation.no_tls};
  }
  if (word == "SIZE=" || word == "small-SIZE") {
    const bool is_there = has_place(situation, word == "SIZE=" ? "size" : "small-size");
    return is_there ? Missing{}
                    : Missing{Outcome::Skip::not_offered, "no SIZE, or too large a one"};
  }
  if (word.starts_with("small-") && word.ends_with("MAX")) return missing_limit(word, situation);
  if (ascii::upper(word) != word) return missing_option(word, situation);
  return missing_extension(word, extensions_of(opening, situation));
}

/// TLS where there is none, or the clear where all is TLS.
Missing missing_channel(Opening opening, const Situation& situation) {
  if (opening == Opening::clear && situation.tls == TlsUse::implicit) {
    return {Outcome::Skip::option, "not with --tls: it begins in the clear"};
  }
  if (opening == Opening::secure && !situation.secured) {
    return {Outcome::Skip::not_offered, situation.no_tls};
  }
  return {};
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

bool has_tls(Opening opening, const Situation& situation) noexcept {
  switch (opening) {
    case Opening::usual: return situation.tls != TlsUse::as_needed;
    case Opening::secure: return true;
    case Opening::safest: return situation.secured.has_value();
    case Opening::clear:
    case Opening::bare: break;
  }
  return false;
}

Missing missing(std::string_view needs, const Situation& situation, Opening opening) {
  const Missing channel = missing_channel(opening, situation);
  if (channel.skip != Outcome::Skip::none) return channel;
  while (!needs.empty()) {
    const std::size_t space = std::min(needs.find(' '), needs.size());
    Missing result = missing_word(needs.substr(0, space), situation, opening);
    if (result.skip != Outcome::Skip::none) return result;
    needs.remove_prefix(std::min(space + 1, needs.size()));
  }
  return {};
}

Extensions extensions_in(const Reply& ehlo) {
  Extensions result;
  for (std::size_t i = 1; i < ehlo.lines.size(); ++i) {
    const std::string_view line = ehlo.lines[i];
    const std::size_t space = std::min(line.find(' '), line.size());
    result.emplace(ascii::upper(line.substr(0, space)),
                   line.substr(std::min(space + 1, line.size())));
  }
  return result;
}

void learn_extensions(const Reply& ehlo, Situation& situation) {
  situation.extensions = extensions_in(ehlo);
  for (const auto& [keyword, parameters] : situation.extensions) {
    if (keyword == "SIZE") learn_size(parameters, situation);
    if (keyword == "LIMITS") learn_limits(parameters, situation);
  }
}

}  // namespace quoth::conform
