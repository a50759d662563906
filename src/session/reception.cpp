#include "session/reception.hpp"

#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/system/errc.hpp>

namespace quoth::session {
namespace {

// Pieces in which kept content goes on to a sink.
constexpr std::size_t piece_octets = std::size_t{64} << 10U;

bool is_full(const error_code& error) noexcept {
  namespace errc = boost::system::errc;
  return error == errc::no_space_on_device || error == errc::file_too_large ||
         error == error_code{EDQUOT, boost::system::system_category()};
}

}  // namespace

smtp::Reply store_failure_reply(const error_code& error) {
  if (is_full(error)) return {smtp::code::no_storage, "4.3.1 storage is full, try again later"};
  return {smtp::code::local_error, "4.3.0 the message could not be stored, try again later"};
}

Reception::Reception(Context& context, Start start)
    : context_{context}, start_{std::move(start)}, held_{context.memory} {
  if (start_.keeps_content) {
    const ServerOptions& options = context.options;
    const std::string& directory = options.spool_directory;
    content_ = std::make_unique<spool::ContentSink>(
        context.pool, directory.empty() ? std::string{"/var/tmp"} : directory,
        options.content_in_memory_bytes);
  }
  outlets_.reserve(1 + start_.readers.size());
  // A sink that has to wait for the content's end gets it from there.
  if (content_) {
    outlets_.push_back({content_.get()});
  } else if (start_.sink) {
    outlets_.push_back({start_.sink.get()});
  }
  for (const auto& reader : start_.readers) outlets_.push_back({reader.get()});
}

bool Reception::append(std::string_view octets) {
  if (is_abandoned_) return false;
  if (!received_fields_.finished()) watch_header(octets);
  bool is_full = false;
  for (Outlet& outlet : outlets_) {
    outlet.is_full = outlet.reader->append(octets);
    is_full = is_full || outlet.is_full;
  }
  if (count_held()) return is_full;
  for (Outlet& outlet : outlets_) outlet.is_full = true;
  return !outlets_.empty();
}

/// @returns false if the server has not got the memory.
bool Reception::count_held() noexcept {
  std::size_t held = header_.size();
  for (const Outlet& outlet : outlets_) held += outlet.reader->held_octets();
  return held_.resize(held);
}

void Reception::watch_header(std::string_view octets) {
  const std::size_t count = received_fields_.feed(octets);
  header_octets_ += count;
  is_header_in_ = received_fields_.finished();
  if (start_.keeps_header && !is_header_too_large()) header_ += octets.substr(0, count);
}

bool Reception::is_header_too_large() const noexcept {
  return header_octets_ > context_.options.limits.header_bytes;
}

bool Reception::take_header() noexcept {
  if (!has_header()) return false;
  start_.keeps_header = false;
  return true;
}

Awaitable<void> Reception::flush() {
  for (std::size_t i = 0; i < outlets_.size(); ++i) {
    if (!std::exchange(outlets_[i].is_full, false)) continue;
    const Result<void> done = co_await outlets_[i].reader->flush();
    note(done);  // a failure leaves no outlets
  }
  // Whoever keeps what it gets, in spite of flush(), has used up the server's memory.
  if (!count_held()) refuse({smtp::code::no_storage, "4.3.1 short of memory, try again later"});
}

void Reception::note(const Result<void>& result) noexcept {
  if (result) return;
  error_ = result.error();
  abandon();
}

void Reception::abandon() noexcept {
  is_abandoned_ = true;
  outlets_.clear();
  start_.sink.reset();
  start_.readers.clear();
  content_.reset();
  header_ = {};
  held_.clear();
}

void Reception::refuse(smtp::Reply reply) {
  refusal_ = std::move(reply);
  abandon();
}

std::optional<smtp::Reply> Reception::refusal() const {
  if (error_) return store_failure_reply(error_);
  if (refusal_) return refusal_;
  if (received_fields_.count() <= context_.options.limits.received_fields) return std::nullopt;
  return smtp::Reply{smtp::code::transaction_failed, "5.4.6 too many hops: a mail loop"};
}

Awaitable<Result<std::optional<std::string_view>>> Reception::finish() {
  using Content = std::optional<std::string_view>;
  for (const auto& reader : start_.readers) {
    const Result<void> done = co_await reader->flush();
    if (!done) co_return done.error();
  }
  if (!content_) co_return Content{};
  const Result<std::string_view> octets = co_await content_->content();
  if (!octets) co_return octets.error();
  co_return Content{*octets};
}

/// Brings kept content to the sink.
Awaitable<Result<void>> Reception::hand_over() {
  const Result<std::string_view> content = co_await content_->content();
  if (!content) co_return content.error();
  std::string_view rest = *content;
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, piece_octets);
    rest.remove_prefix(piece.size());
    if (!start_.sink->append(piece)) continue;
    const Result<void> flushed = co_await start_.sink->flush();
    if (!flushed) co_return flushed;
  }
  co_return Result<void>{};
}

Awaitable<Result<void>> Reception::commit(const smtp::Envelope& envelope,
                                          const std::string& added_fields) {
  if (!start_.sink) co_return Result<void>{};
  if (content_) {
    const Result<void> handed = co_await hand_over();
    if (!handed) co_return handed;
  }
  // RFC 5321 §4.4: the trace stands at the beginning.
  const std::string fields = start_.received + added_fields;
  const Acceptance acceptance{envelope, start_.queue_id, fields};
  const Result<void> done = co_await start_.sink->commit(acceptance);
  co_return done;
}

}  // namespace quoth::session
