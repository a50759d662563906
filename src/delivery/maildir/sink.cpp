#include "delivery/maildir/sink.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mail/trace.hpp"

namespace quoth::delivery::maildir {
namespace {

// What is held back before it is written: one write a piece, and short messages in one job.
constexpr std::size_t piece_octets = std::size_t{64} << 10U;

/// Appends `octets` to `out` with LF for CRLF. `ends_with_cr`: a CR came last, and is withheld.
void append_lf(std::string& out, std::string_view octets, bool& ends_with_cr) {
  while (!octets.empty()) {
    if (std::exchange(ends_with_cr, false) && octets.front() != '\n') out += '\r';
    const std::size_t cr = octets.find('\r');
    out.append(octets.substr(0, cr));
    if (cr == std::string_view::npos) return;
    octets.remove_prefix(cr + 1);
    ends_with_cr = true;
  }
}

}  // namespace

std::string top_fields(const smtp::Envelope& envelope, std::string_view fields) {
  return mail::return_path_field(envelope.mail.sender).append(fields);
}

Sink::Sink(Settings settings, std::vector<std::string> maildirs, std::string_view header_fields)
    : settings_{std::move(settings)},
      maildirs_{std::move(maildirs)},
      header_fields_{in_file(header_fields)} {}

void Sink::hold(std::string& out, std::string_view octets, bool& ends_with_cr) const {
  if (settings_.line_ends == FileLineEnds::kept) {
    out += octets;
  } else {
    append_lf(out, octets, ends_with_cr);
  }
}

std::string Sink::in_file(std::string_view fields) const {
  std::string result;
  bool ends_with_cr = false;
  hold(result, fields, ends_with_cr);
  return result;
}

bool Sink::append(std::string_view octets) {
  hold(held_, octets, ends_with_cr_);
  return held_.size() >= piece_octets;
}

Awaitable<Result<void>> Sink::flush() {
  auto write = [this] { return write_out(); };
  const Result<void> done = co_await net::offload(settings_.pool, std::move(write));
  co_return done;
}

Awaitable<Result<void>> Sink::commit(const Acceptance& acceptance) {
  const Result<std::vector<std::string>> maildirs = settings_.find_maildirs(acceptance.envelope);
  if (!maildirs) co_return maildirs.error();
  if (maildirs->empty()) co_return Result<void>{};
  std::string fields = in_file(top_fields(acceptance.envelope, acceptance.header_fields));
  auto work = [this, &maildirs, &fields] { return finish(*maildirs, std::move(fields)); };
  const Result<void> done = co_await net::offload(settings_.pool, std::move(work));
  co_return done;
}

Result<void> Sink::start() {
  if (Result<void> opened = drop_.open(maildirs_.front(), settings_.hostname); !opened) {
    return opened;
  }
  return drop_.write(header_fields_);
}

Result<void> Sink::write_out() {
  if (!drop_.is_open()) {
    if (Result<void> started = start(); !started) return started;
  }
  return drop_.write(std::exchange(held_, {}));
}

/// A handler of `Message` has added fields or changed recipients after the file was begun: it is
/// written anew.
Result<void> Sink::restart(std::string header_fields) {
  Drop old = std::exchange(drop_, Drop{});
  const std::size_t old_size = std::exchange(header_fields_, std::move(header_fields)).size();
  if (Result<void> started = start(); !started) return started;
  return drop_.append_from(old, old_size);
}

Result<void> Sink::finish(const std::vector<std::string>& maildirs, std::string header_fields) {
  maildirs_ = maildirs;
  if (std::exchange(ends_with_cr_, false)) held_ += '\r';
  if (!drop_.is_open()) {
    header_fields_ = std::move(header_fields);
  } else if (header_fields_ != header_fields) {
    if (Result<void> restarted = restart(std::move(header_fields)); !restarted) return restarted;
  }
  if (Result<void> written = write_out(); !written) return written;
  return drop_.deliver(maildirs_, settings_.hostname);
}

}  // namespace quoth::delivery::maildir
