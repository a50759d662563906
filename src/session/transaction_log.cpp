#include "session/transaction_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ratio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/protocol_word.hpp"

namespace quoth::session {
namespace {

// A line names so many recipients of each kind, and counts the rest.
constexpr std::size_t named_recipients = 20;

std::string_view verdict_of(const smtp::Reply& reply) noexcept {
  if (reply.is_positive()) return "accept";
  return reply.is_transient() ? "defer" : "reject";
}

/// What a line says of at most so many texts, without memory of its own.
class Views {
 public:
  explicit Views(const std::vector<std::string>& texts) noexcept
      : size_{std::min(texts.size(), views_.size())} {
    std::copy_n(texts.begin(), size_, views_.begin());
  }
  [[nodiscard]] std::span<const std::string_view> span() const noexcept {
    return {views_.data(), size_};
  }

 private:
  std::array<std::string_view, named_recipients> views_;
  std::size_t size_;
};

}  // namespace

void TransactionLog::begin(const mail::ReversePath& sender) {
  has_begun_ = true;
  is_wanted_ = log_.wants(LogLevel::info);
  if (!is_wanted_) return;
  if (!gathered_) gathered_ = std::make_unique<Gathered>();
  gathered_->begun_at = std::chrono::steady_clock::now();
  sender ? gathered_->sender.assign(sender->text()) : gathered_->sender.erase();
  gathered_->accepted.clear();
  gathered_->refused.clear();
  gathered_->accepted_count = 0;
  gathered_->code.clear();
  gathered_->by.clear();
  gathered_->refusal = {};
}

void TransactionLog::recipient(const mail::Mailbox& recipient, const smtp::Reply& reply,
                               std::string_view by) {
  if (!is_wanted_) return;
  const bool is_accepted = reply.is_positive();
  if (is_accepted) ++gathered_->accepted_count;
  auto& named = is_accepted ? gathered_->accepted : gathered_->refused;
  if (named.size() < named_recipients) named.push_back(recipient.text());
  if (is_accepted) {
    gathered_->refusal = {};
    gathered_->code.clear();
    gathered_->by.clear();
  } else if (gathered_->accepted_count == 0) {
    refused(reply, by);
  }
}

void TransactionLog::refused(const smtp::Reply& reply, std::string_view by) {
  if (!is_wanted_) return;
  gathered_->code = reply.summary();
  gathered_->by = by;
  gathered_->refusal = verdict_of(reply);
}

void TransactionLog::end(std::string_view queue_id, std::uint64_t octets, const smtp::Reply& reply,
                         std::string_view by) {
  if (is_wanted_) {
    gathered_->code = reply.summary();
    gathered_->by = by;
    write(queue_id, octets, verdict_of(reply));
  }
  has_begun_ = is_wanted_ = false;
}

void TransactionLog::abort(std::uint64_t octets) {
  if (is_wanted_) write({}, octets, gathered_->refusal.empty() ? "aborted" : gathered_->refusal);
  has_begun_ = is_wanted_ = false;
}

void TransactionLog::write(std::string_view queue_id, std::uint64_t octets,
                           std::string_view verdict) {
  const Views accepted{gathered_->accepted};
  const Views refused{gathered_->refused};
  const auto& forwarded = session_.forwarded();
  const std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - gathered_->begun_at;
  log_.write(
      LogLevel::info, LogEvent::smtp_in,
      {{"id", queue_id},
       {"sess", std::string_view{session_.id()}},
       {"server", session_.server()},
       {"ip", std::string_view{session_.client().address}},
       {"helo", std::string_view{session_.helo()}},
       {"proto", protocol_word(session_)},
       {"tls", session_.tls() ? std::string_view{session_.tls()->version} : std::string_view{}},
       {"auth", std::string_view{session_.user()}},
       {"peer", session_.claim() == Claim::none ? std::string_view{} : session_.peer().address},
       {"fwd_ip", forwarded ? std::string_view{forwarded->address} : std::string_view{}},
       {"fwd_id", forwarded ? std::string_view{forwarded->ident} : std::string_view{}},
       {"from", std::string_view{gathered_->sender}},
       {"to", accepted.span()},
       {"n_to", static_cast<std::int64_t>(gathered_->accepted_count)},
       {"refused", refused.span()},
       {"bytes", static_cast<std::int64_t>(octets)},
       {"verdict", verdict},
       {"code", std::string_view{gathered_->code}},
       {"by", std::string_view{gathered_->by}},
       {"ms", time.count()}});
}

}  // namespace quoth::session
