#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <quoth/smtp/limits.hpp>

namespace quoth::fuzz {

/// Octets of the input that steer the target, in front of those that it is fed with.
class Steering {
 public:
  explicit Steering(std::string_view input) noexcept : rest_{input} {}

  /// The next octet; 0 behind the end.
  [[nodiscard]] std::size_t take() noexcept {
    if (rest_.empty()) return 0;
    const auto octet = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return octet;
  }

  /// Up to seven places at which to cut, growing: two octets each say how far it is from the last.
  [[nodiscard]] std::vector<std::size_t> take_cuts(std::size_t count) {
    std::vector<std::size_t> cuts;
    std::size_t at = 0;
    for (std::size_t i = 0; i < count % 8; ++i) {
      const std::size_t high = take();
      at += high * 256 + take();
      cuts.push_back(at);
    }
    return cuts;
  }

  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

 private:
  std::string_view rest_;
};

/// Calls `feed` with each piece of `octets`, cut at the places of `cuts`.
template <class Feed>
void feed_pieces(std::string_view octets, const std::vector<std::size_t>& cuts, Feed feed) {
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    if (cut >= octets.size()) break;
    feed(octets.substr(at, cut - at));
    at = cut;
  }
  feed(octets.substr(at));
}

/// Calls `feed` with each octet of `octets` by itself.
template <class Feed>
void feed_octets(std::string_view octets, Feed feed) {
  for (std::size_t i = 0; i < octets.size(); ++i) feed(octets.substr(i, 1));
}

/// The rules that the low four bits of `choice` stand for.
inline smtp::TextRules text_rules(std::size_t choice) noexcept {
  using smtp::BareLineEnds;
  smtp::TextRules rules;
  if ((choice & 3U) != 0) {
    rules.bare_line_ends = (choice & 1U) != 0 ? BareLineEnds::normalise : BareLineEnds::pass;
  }
  rules.passes_nul = (choice & 4U) != 0;
  rules.passes_long_lines = (choice & 8U) != 0;
  return rules;
}

/// Small limits show what is at them, the real ones what is within.
inline smtp::Limits limits(std::size_t choice) noexcept {
  smtp::Limits result;
  if ((choice & 1U) != 0) result.text_line_bytes = 12;
  if ((choice & 2U) != 0) result.message_bytes = 40;
  if ((choice & 4U) != 0) result.command_line_bytes = 40;
  if ((choice & 8U) != 0) result.errors = 3;
  if ((choice & 16U) != 0) result.refused_recipients = 2;
  if ((choice & 32U) != 0) {
    result.discarded_bytes = 30;
    result.junk_commands = 4;
    result.header_bytes = 30;
  }
  if ((choice & 64U) != 0) {
    result.recipients = 3;
    result.recipient_domains = 2;
    result.messages = 2;
  }
  return result;
}

}  // namespace quoth::fuzz
