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
#include "mail/utf8.hpp"

namespace {

using quoth::Result;
using quoth::mail::Charset;
using quoth::mail::Mailbox;
using quoth::mail::PathAt;
using quoth::mail::ReversePath;

bool is_printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return quoth::ascii::is_control(c) || quoth::ascii::is_high(c); });
}

/// The same, or UTF-8 without controls.
bool is_printable(std::string_view text, Charset charset) {
  if (charset == Charset::ascii) return is_printable(text);
  while (!text.empty()) {
    const std::size_t size = quoth::mail::visible_high_character_at(text);
    if (size == 0 && !is_printable(text.substr(0, 1))) return false;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return true;
}

/// What every mailbox promises (RFC 5321 §4.5.3.1 for the sizes).
void check_mailbox(const Mailbox& mailbox, Charset charset) {
  QUOTH_ASSERT(is_printable(mailbox.text(), charset));
  QUOTH_ASSERT(is_printable(mailbox.local(), charset));
  // Whatever the client wrote: what is compared is ASCII.
  QUOTH_ASSERT(is_printable(mailbox.domain()));
  QUOTH_ASSERT(mailbox.is_ascii() == is_printable(mailbox.text()));
  QUOTH_ASSERT(mailbox.local().size() <= 64);
  QUOTH_ASSERT(mailbox.domain().size() <= 255);
  QUOTH_ASSERT(mailbox.text().size() <= 254);
  QUOTH_ASSERT(!mailbox.domain().ends_with('.'));
  QUOTH_ASSERT(mailbox.domain() == quoth::ascii::lower(mailbox.domain()));

  const Result<PathAt<Mailbox>> path = quoth::mail::forward_path_at(to_path(mailbox), charset);
  QUOTH_ASSERT(path && path->path == mailbox && path->path.text() == mailbox.text());
  QUOTH_ASSERT(path->size == mailbox.text().size() + 2);
  QUOTH_ASSERT(mailbox.at("example.com").domain() == "example.com");
  QUOTH_ASSERT(mailbox.at("example.com").local() == mailbox.local());
  if (mailbox.is_bare_postmaster()) return;

  const std::string written = mailbox.text().substr(mailbox.text().rfind('@') + 1);
  if (is_printable(written)) QUOTH_ASSERT(quoth::ascii::lower(written) == mailbox.domain());
  QUOTH_ASSERT(quoth::mail::canonical_domain(written).value() == mailbox.domain());
  QUOTH_ASSERT(quoth::mail::canonical_domain(mailbox.domain()).value() == mailbox.domain());
  const Result<Mailbox> again = Mailbox::parse(mailbox.text(), charset);
  QUOTH_ASSERT(again && *again == mailbox && again->text() == mailbox.text());
  // As A-labels it may be longer than a path may be.
  if (mailbox.text().size() - written.size() + mailbox.domain().size() <= 254) {
    QUOTH_ASSERT(mailbox.at(mailbox.domain()) == mailbox);
  }
  // What stands as a domain may stand after EHLO too.
  QUOTH_ASSERT(quoth::mail::is_helo_name(mailbox.domain()));
}

void check_reverse_path(std::string_view text, const PathAt<ReversePath>& reverse,
                        Charset charset) {
  QUOTH_ASSERT(reverse.size >= 2 && reverse.size <= text.size());
  QUOTH_ASSERT(text.front() == '<' && text[reverse.size - 1] == '>');
  QUOTH_ASSERT(is_printable(text.substr(0, reverse.size), charset));
  if (reverse.path) check_mailbox(*reverse.path, charset);
}

void check_forward_path(std::string_view text, const PathAt<Mailbox>& forward, Charset charset) {
  QUOTH_ASSERT(forward.size >= 2 && forward.size <= text.size());
  check_mailbox(forward.path, charset);
  // A path ends where it ends, whatever follows, and is none before.
  const std::string_view alone = text.substr(0, forward.size);
  const Result<PathAt<Mailbox>> again = quoth::mail::forward_path_at(alone, charset);
  QUOTH_ASSERT(again && again->path == forward.path && again->size == forward.size);
  QUOTH_ASSERT(!quoth::mail::forward_path_at(alone.substr(0, alone.size() - 1), charset));
}

void check_paths(std::string_view text, Charset charset) {
  const Result<PathAt<ReversePath>> reverse = quoth::mail::reverse_path_at(text, charset);
  const Result<PathAt<Mailbox>> forward = quoth::mail::forward_path_at(text, charset);
  if (reverse) check_reverse_path(text, *reverse, charset);
  if (forward) check_forward_path(text, *forward, charset);
  // The kinds of path differ in nothing but the null path and the bare postmaster.
  const bool sender = reverse && reverse->path;
  const bool recipient = forward && !forward->path.is_bare_postmaster();
  QUOTH_ASSERT(sender == recipient);
}

void check_address(std::string_view text, Charset charset) {
  check_paths(text, charset);
  const Result<Mailbox> mailbox = Mailbox::parse(text, charset);
  if (mailbox) {
    QUOTH_ASSERT(mailbox->text() == text);
    check_mailbox(*mailbox, charset);
  } else {
    QUOTH_ASSERT(!mailbox.error().message().empty());
  }
}

/// UTF-8 changes nothing of what is ASCII.
void check_widening(std::string_view text) {
  const Result<Mailbox> narrow = Mailbox::parse(text);
  const Result<Mailbox> wide = Mailbox::parse(text, Charset::utf8);
  if (narrow) QUOTH_ASSERT(wide && *wide == *narrow);
  if (wide && !narrow) QUOTH_ASSERT(narrow.error() == quoth::mail::Errc::non_ascii);
  if (wide && wide->is_ascii()) QUOTH_ASSERT(narrow.has_value());
}

/// The canonical form is one, and no label comes or goes on the way to it.
void check_domain(std::string_view text) {
  const Result<std::string> domain = quoth::mail::canonical_domain(text);
  if (!domain) return;
  QUOTH_ASSERT(is_printable(*domain) && *domain == quoth::ascii::lower(*domain));
  QUOTH_ASSERT(std::ranges::count(*domain, '.') == std::ranges::count(text, '.'));
  QUOTH_ASSERT(quoth::mail::canonical_domain(*domain).value() == *domain);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const Charset charset : {Charset::ascii, Charset::utf8}) check_address(text, charset);
  check_widening(text);
  check_domain(text);
  if (quoth::mail::is_helo_name(text)) QUOTH_ASSERT(is_printable(text) && size <= 255);
  return 0;
}
