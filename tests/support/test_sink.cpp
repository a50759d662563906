#include "support/test_sink.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include <quoth/smtp/envelope.hpp>

#include "support/waiting.hpp"

namespace quoth::support {

TestSink::~TestSink() { book_.events.add(committed_ ? "gone" : "gone uncommitted"); }

bool TestSink::append(std::string_view octets) {
  book_.octets += octets;
  held_ += octets.size();
  book_.most_held = std::max(book_.most_held, held_);
  book_.appended += octets.size();
  return held_ >= book_.flush_every;
}

Awaitable<Result<void>> TestSink::flush() {
  held_ = 0;
  book_.events.add("flush");
  while (book_.holds_flush) co_await pause(std::chrono::milliseconds{1});
  if (book_.flush_error) co_return book_.flush_error;
  co_return Result<void>{};
}

Awaitable<Result<void>> TestSink::commit(const Acceptance& acceptance) {
  book_.fields = acceptance.header_fields;
  std::string recipients;
  for (const smtp::RcptArguments& rcpt : acceptance.envelope.recipients) {
    recipients.append(" ").append(rcpt.recipient.text());
  }
  book_.events.add("commit" + recipients);
  if (book_.commit_error) co_return book_.commit_error;
  committed_ = true;
  co_return Result<void>{};
}

}  // namespace quoth::support
