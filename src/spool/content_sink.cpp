#include "spool/content_sink.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace quoth::spool {
namespace {

// Once a file is open, pieces of this size go there.
constexpr std::size_t piece_octets = std::size_t{64} << 10U;

}  // namespace

bool ContentSink::append(std::string_view octets) {
  memory_.append(octets);
  return memory_.size() >
         (file_.is_open() ? std::min(piece_octets, memory_octets_) : memory_octets_);
}

Result<void> ContentSink::write_out() {
  if (!file_.is_open()) {
    Result<File> opened = File::unnamed(directory_);
    if (!opened) return opened.error();
    file_ = std::move(*opened);
  }
  return file_.write(std::exchange(memory_, {}));
}

Awaitable<Result<void>> ContentSink::flush() {
  auto write = [this] { return write_out(); };
  const Result<void> done = co_await net::offload(*pool_, std::move(write));
  co_return done;
}

Awaitable<Result<void>> ContentSink::commit(const Acceptance& /*acceptance*/) {
  co_return Result<void>{};
}

Awaitable<Result<std::string_view>> ContentSink::content() {
  if (!file_.is_open()) co_return std::string_view{memory_};
  if (!mapping_.octets().empty()) co_return mapping_.octets();
  const Result<void> flushed = co_await flush();
  if (!flushed) co_return flushed.error();
  Result<Mapping> mapped = Mapping::of(file_);
  if (!mapped) co_return mapped.error();
  mapping_ = std::move(*mapped);
  co_return mapping_.octets();
}

}  // namespace quoth::spool
