#include <algorithm>
#include <cstddef>
#include <string_view>

#include "core/ascii.hpp"
#include "mail/trace.hpp"

namespace quoth::mail {
namespace {

constexpr std::string_view field_name = "received";

}  // namespace

std::size_t ReceivedCounter::feed(std::string_view octets) noexcept {
  std::size_t at = 0;
  while (at < octets.size() && !finished_) {
    const std::size_t lf = std::min(octets.find('\n', at), octets.size());
    if (comparing_ || at == lf) {
      take(octets[at]);
      ++at;
    } else {  // nothing to learn from the rest of this line
      has_colon_ = has_colon_ || octets.substr(at, lf - at).find(':') != std::string_view::npos;
      line_size_ += lf - at;
      after_cr_ = octets[lf - 1] == '\r';
      at = lf;
    }
  }
  return at;
}

void ReceivedCounter::take(char c) noexcept {
  if (c == '\n' && after_cr_) {
    // An empty line ends the header section (RFC 5322 §2.1); so does one that is no part of a
    // field, since its author has begun to write.
    finished_ = line_size_ == 1 || !has_colon_;
    matched_ = 0;
    has_colon_ = false;
    line_size_ = 0;
    comparing_ = true;
    after_cr_ = false;
    return;
  }
  const bool is_folded = line_size_ == 0 && (c == ' ' || c == '\t');
  has_colon_ = has_colon_ || c == ':' || is_folded;
  ++line_size_;
  after_cr_ = c == '\r';
  if (comparing_) compare(c);
}

void ReceivedCounter::compare(char c) noexcept {
  if (matched_ < field_name.size()) {
    comparing_ = ascii::to_lower(c) == field_name[matched_];
    ++matched_;
  } else if (c != ' ' && c != '\t') {  // obs-received = "Received" *WSP ":" … (RFC 5322 §4.5.7)
    if (c == ':') ++count_;
    comparing_ = false;
  }
}

}  // namespace quoth::mail
