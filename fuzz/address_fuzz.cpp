// Feeds any octets to all that reads addresses, and checks what must hold for whatever it accepts.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>
#include <quoth/mail/mailbox.hpp>
#include <quoth/result.hpp>

#include "core/ascii.hpp"
#include "mail/path.hpp"

namespace {

using quoth::Result;
using quoth::mail::Mailbox;
using quoth::mail::PathAt;
using quoth::mail::ReversePath;

bool is_printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return quoth::ascii::is_control(c) || quoth::ascii::is_high(c); });
}

/// What every mailbox promises (RFC 5321 §4.5.3.1 for the sizes).
void check_mailbox(const Mailbox& mailbox) {
  QUOTH_ASSERT(is_printable(mailbox.text()));
  QUOTH_ASSERT(is_printable(mailbox.local()));
  QUOTH_ASSERT(is_printable(mailbox.domain()));
  QUOTH_ASSERT(mailbox.local().size() <= 64);
  QUOTH_ASSERT(mailbox.domain().size() <= 255);
  QUOTH_ASSERT(mailbox.text().size() <= 254);
  QUOTH_ASSERT(!mailbox.domain().ends_with('.'));
  QUOTH_ASSERT(mailbox.domain() == quoth::ascii::lower(mailbox.domain()));

  const Result<PathAt<Mailbox>> path = quoth::mail::forward_path_at(to_path(mailbox));
  QUOTH_ASSERT(path && path->path == mailbox && path->path.text() == mailbox.text());
  QUOTH_ASSERT(path->size == mailbox.text().size() + 2);
  QUOTH_ASSERT(mailbox.at("example.com").domain() == "example.com");
  QUOTH_ASSERT(mailbox.at("example.com").local() == mailbox.local());
  if (mailbox.is_bare_postmaster()) return;

  QUOTH_ASSERT(quoth::ascii::lower(mailbox.text()).ends_with('@' + mailbox.domain()));
  const Result<Mailbox> again = Mailbox::parse(mailbox.text());
  QUOTH_ASSERT(again && *again == mailbox && again->text() == mailbox.text());
  QUOTH_ASSERT(mailbox.at(mailbox.domain()) == mailbox);
  // What stands as a domain may stand after EHLO too.
  QUOTH_ASSERT(quoth::mail::is_helo_name(mailbox.domain()));
}

void check_reverse_path(std::string_view text, const PathAt<ReversePath>& reverse) {
  QUOTH_ASSERT(reverse.size >= 2 && reverse.size <= text.size());
  QUOTH_ASSERT(text.front() == '<' && text[reverse.size - 1] == '>');
  QUOTH_ASSERT(is_printable(text.substr(0, reverse.size)));
  if (reverse.path) check_mailbox(*reverse.path);
}

void check_forward_path(std::string_view text, const PathAt<Mailbox>& forward) {
  QUOTH_ASSERT(forward.size >= 2 && forward.size <= text.size());
  check_mailbox(forward.path);
  // A path ends where it ends, whatever follows, and is none before.
  const std::string_view alone = text.substr(0, forward.size);
  const Result<PathAt<Mailbox>> again = quoth::mail::forward_path_at(alone);
  QUOTH_ASSERT(again && again->path == forward.path && again->size == forward.size);
  QUOTH_ASSERT(!quoth::mail::forward_path_at(alone.substr(0, alone.size() - 1)));
}

void check_paths(std::string_view text) {
  const Result<PathAt<ReversePath>> reverse = quoth::mail::reverse_path_at(text);
  const Result<PathAt<Mailbox>> forward = quoth::mail::forward_path_at(text);
  if (reverse) check_reverse_path(text, *reverse);
  if (forward) check_forward_path(text, *forward);
  // The kinds of path differ in nothing but the null path and the bare postmaster.
  const bool sender = reverse && reverse->path;
  const bool recipient = forward && !forward->path.is_bare_postmaster();
  QUOTH_ASSERT(sender == recipient);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_paths(text);
  const Result<Mailbox> mailbox = Mailbox::parse(text);
  if (mailbox) {
    QUOTH_ASSERT(mailbox->text() == text);
    check_mailbox(*mailbox);
  } else {
    QUOTH_ASSERT(!mailbox.error().message().empty());
  }
  if (quoth::mail::is_helo_name(text)) QUOTH_ASSERT(is_printable(text) && size <= 255);
  return 0;
}
