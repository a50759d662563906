#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/smtp/dialect.hpp>

#include "core/ascii.hpp"
#include "fuzz/support/acknowledged.hpp"
#include "fuzz/support/reference_text.hpp"
#include "fuzz/support/seen_reply.hpp"

namespace quoth::fuzz {

/// Octets of a line in an exchange of AUTH, with its CRLF (RFC 4954 §4).
inline constexpr std::size_t response_line_octets = 12288;

/// A conversation read from outside: what the client said beside what the server replied. Knows how
/// commands, texts and chunks are framed and how many replies each wants, and nothing else; so it
/// takes from the replies what was accepted. Asserts that they are in step.
class ClientView {
 public:
  /// All is borrowed. `said` may break off anywhere.
  ClientView(const smtp::Dialect& dialect, std::string_view said, std::string_view replies)
      : dialect_{dialect}, said_{said}, replies_{parse_replies(replies)} {
    if (take(1).empty()) return;  // the greeting
    while (!closed_ && at_ < said_.size()) {
      if (!take_command()) break;
    }
    const std::size_t left = replies_.size() - next_;
    QUOTH_ASSERT(!closed_ || left == 0);
    // A server may hang up at any time; but it says nothing else unasked.
    QUOTH_ASSERT(left == 0 || (left == 1 && replies_.back().closes()));
    hung_up_ = left == 1;
  }

  [[nodiscard]] const std::vector<Acknowledged>& messages() const noexcept { return messages_; }
  /// Whether the last reply answered nothing.
  [[nodiscard]] bool hung_up() const noexcept { return hung_up_; }
  /// Whether the last reply said that it was the last.
  [[nodiscard]] bool closed() const noexcept { return closed_; }

 private:
  struct Chunk {
    std::uint64_t size;
    bool is_last;
  };

  // A line of so many octets is hopeless.
  static constexpr std::size_t hopeless_octets = std::size_t{64} << 10U;

  /// The next replies, `count` of them; fewer if no more came, the last of which then has to be the
  /// end, unless the client is not done either.
  std::vector<SeenReply> take(std::size_t count) {
    std::vector<SeenReply> taken;
    while (taken.size() < count && next_ < replies_.size()) taken.push_back(replies_[next_++]);
    closed_ = std::ranges::any_of(taken, [](const SeenReply& reply) { return reply.closes(); });
    QUOTH_ASSERT(taken.empty() || taken.size() == count || closed_);
    return taken;
  }

  /// The reply that is due now.
  SeenReply take_due() {
    const std::vector<SeenReply> taken = take(1);
    QUOTH_ASSERT(!taken.empty());
    return taken.front();
  }

  /// @returns false if what is left of the input is no whole command.
  bool take_command() {
    const std::string_view rest = said_.substr(at_);
    if (rest.starts_with('\x16')) return take_last();
    const std::size_t lf = rest.find('\n');
    const std::size_t octets = lf == std::string_view::npos ? rest.size() : lf + 1;
    if (octets > hopeless_octets) return take_last();
    if (lf == std::string_view::npos) return false;
    at_ += octets;
    const std::string_view line = rest.substr(0, octets);
    if (octets <= dialect_.longest_line() && !line.ends_with("\r\n")) return take_last();
    if (const std::optional<Chunk> chunk = parse_bdat(line)) return take_chunk(*chunk);
    const SeenReply reply = take_due();
    const std::string_view verb = line.substr(0, line.find_first_of(" \t\r"));
    if (ascii::iequals(verb, "DATA") && reply.code == 354) return take_text();
    if (ascii::iequals(verb, "AUTH") && reply.code == 334) return take_exchange();
    QUOTH_ASSERT(reply.code / 100 != 3);
    if (reply.code == 250) note(verb, line);
    return true;
  }

  /// What comes cannot be understood: one reply, and it is the last.
  bool take_last() {
    static_cast<void>(take_due());
    QUOTH_ASSERT(closed_);
    return true;
  }

  /// Behind a 334 to AUTH: a line, and its reply, until one is no 334 (RFC 4954 §4).
  bool take_exchange() {
    SeenReply reply{.code = 334, .last_line = {}};
    while (reply.code == 334) {
      const std::string_view rest = said_.substr(at_);
      const std::size_t lf = rest.find('\n');
      const std::size_t octets = lf == std::string_view::npos ? rest.size() : lf + 1;
      if (octets > hopeless_octets) return take_last();
      if (lf == std::string_view::npos) return false;
      at_ += octets;
      const std::string_view line = rest.substr(0, octets);
      if (octets <= response_line_octets && !line.ends_with("\r\n")) return take_last();
      reply = take_due();
      QUOTH_ASSERT(reply.code == 334 || reply.code == 235 || reply.code >= 400);
    }
    return true;
  }

  /// A command was accepted.
  void note(std::string_view verb, std::string_view line) {
    const auto is = [&](std::string_view name) { return ascii::iequals(name, verb); };
    if (is("MAIL")) {
      const auto same = [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); };
      says_binary_ = !std::ranges::search(line, std::string_view{"BINARYMIME"}, same).empty();
    }
    if (is("RCPT")) ++recipients_;
    if (is("EHLO") || is("HELO") || is("LHLO") || is("RSET") || is("MAIL")) end_transaction();
  }

  void end_transaction() {
    recipients_ = 0;
    chunks_.clear();
  }

  [[nodiscard]] bool is_lmtp() const noexcept {
    return dialect_.protocol() == smtp::Protocol::lmtp;
  }

  /// Behind a 354: up to CRLF.CRLF, then one reply, or in LMTP one for each recipient.
  bool take_text() {
    const std::string_view rest = said_.substr(at_);
    const std::optional<std::size_t> end = reference_end(rest);
    QUOTH_ASSERT(recipients_ > 0);
    const std::vector<SeenReply> replies = take(is_lmtp() ? recipients_ : 1);
    const std::string_view raw = rest.substr(0, end.value_or(rest.size()));
    const bool is_accepted = std::ranges::any_of(replies, &SeenReply::is_positive);
    // The server may have had enough of a text that it refuses, and says it before the end.
    if (!replies.empty() && !is_accepted && next_ == replies_.size()) {
      closed_ = closed_ || is_beyond_patience(raw);
    }
    if (!end) {
      QUOTH_ASSERT(!is_accepted && (replies.empty() || closed_));
      return false;
    }
    QUOTH_ASSERT(!replies.empty());
    at_ += *end + 3;
    settle(raw, smtp::Framing::dots, replies);
    return true;
  }

  [[nodiscard]] bool is_beyond_patience(std::string_view raw) const {
    const smtp::Limits& limits = dialect_.limits();
    const ReferenceText text =
        reference_text(raw, limits.text, limits.text_line_bytes, smtp::Framing::dots);
    return text.text.size() > limits.message_bytes &&
           text.text.size() - limits.message_bytes > limits.discarded_bytes;
  }

  /// Behind BDAT: so many octets, whether they are welcome or not (RFC 3030 §2).
  bool take_chunk(const Chunk& chunk) {
    const bool is_part = recipients_ > 0;
    const bool is_for_each = is_lmtp() && chunk.is_last && is_part;
    const std::vector<SeenReply> replies = take(is_for_each ? recipients_ : 1);
    const bool is_accepted = std::ranges::any_of(replies, &SeenReply::is_positive);
    if (chunk.size > said_.size() - at_) {
      QUOTH_ASSERT(!is_accepted);
      return false;
    }
    QUOTH_ASSERT(!replies.empty() && (is_part || !is_accepted));
    // Too much to be skipped; whether it was, or came and was found wanting, is not seen here.
    const bool is_much = chunk.size > dialect_.limits().discarded_bytes;
    if (!is_accepted && is_much && next_ == replies_.size()) closed_ = true;
    if (is_part) chunks_ += said_.substr(at_, static_cast<std::size_t>(chunk.size));
    at_ += static_cast<std::size_t>(chunk.size);
    if (chunk.is_last && is_part) {
      settle(std::exchange(chunks_, {}), smtp::Framing::chunks, replies);
    } else if (!is_accepted && is_part) {
      end_transaction();
    }
    return true;
  }

  void settle(std::string_view raw, smtp::Framing framing, const std::vector<SeenReply>& replies) {
    const auto accepted =
        static_cast<std::size_t>(std::ranges::count_if(replies, &SeenReply::is_positive));
    if (accepted > 0) {
      messages_.push_back(
          {std::string{raw}, framing, is_lmtp() ? accepted : recipients_, says_binary_});
    }
    end_transaction();
  }

  /// "BDAT size [LAST]" as it must stand to be one (RFC 3030 §2).
  [[nodiscard]] std::optional<Chunk> parse_bdat(std::string_view line) const {
    const std::size_t limit =
        std::max(dialect_.limits().command_line_bytes, dialect_.line_limit("BDAT"));
    if (line.size() > limit || !line.ends_with("\r\n")) return std::nullopt;
    line.remove_suffix(2);
    line = line.substr(0, line.find_last_not_of(" \t") + 1);
    if (!ascii::iequals(line.substr(0, 5), "BDAT ")) return std::nullopt;
    line.remove_prefix(5);
    Chunk chunk{};
    const std::size_t digits = std::min(line.find(' '), line.size());
    const char* const digits_end = line.data() + digits;
    const auto [stop, error] = std::from_chars(line.data(), digits_end, chunk.size);
    const std::string_view last = line.substr(digits);
    chunk.is_last = ascii::iequals(last, " LAST");
    const bool is_right = error == std::errc{} && stop == digits_end;
    if (!is_right || (!last.empty() && !chunk.is_last)) return std::nullopt;
    return chunk;
  }

  const smtp::Dialect& dialect_;
  std::string_view said_;
  std::vector<SeenReply> replies_;
  std::vector<Acknowledged> messages_;
  std::string chunks_;
  std::size_t at_ = 0;          // in what was said
  std::size_t next_ = 0;        // reply
  std::size_t recipients_ = 0;  // of the transaction that were accepted
  bool says_binary_ = false;
  bool closed_ = false;
  bool hung_up_ = false;
};

}  // namespace quoth::fuzz
