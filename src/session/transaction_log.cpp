#include "session/transaction_log.hpp"

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

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

void TransactionLog::begin(const mail::ReversePath& sender) {
  has_begun_ = true;
  is_wanted_ = log_.wants(LogLevel::info);
  if (!is_wanted_) return;
  begun_at_ = std::chrono::steady_clock::now();
  sender_ = sender ? sender->text() : std::string{};
  accepted_.clear();
  refused_.clear();
  accepted_count_ = 0;
  code_.clear();
  by_.clear();
  refusal_ = {};
}

void TransactionLog::recipient(const mail::Mailbox& recipient, const smtp::Reply& reply,
                               std::string_view by) {
  if (!is_wanted_) return;
  const bool is_accepted = reply.is_positive();
  if (is_accepted) ++accepted_count_;
  auto& named = is_accepted ? accepted_ : refused_;
  if (named.size() < named_recipients) named.push_back(recipient.text());
  if (is_accepted) {
    refusal_ = {};
    code_.clear();
    by_.clear();
  } else if (accepted_count_ == 0) {
    refused(reply, by);
  }
}

void TransactionLog::refused(const smtp::Reply& reply, std::string_view by) {
  if (!is_wanted_) return;
  code_ = reply.summary();
  by_ = by;
  refusal_ = verdict_of(reply);
}

void TransactionLog::end(std::string_view queue_id, std::uint64_t octets, const smtp::Reply& reply,
                         std::string_view by) {
  if (is_wanted_) {
    code_ = reply.summary();
    by_ = by;
    write(queue_id, octets, verdict_of(reply));
  }
  has_begun_ = is_wanted_ = false;
}

void TransactionLog::abort(std::uint64_t octets) {
  if (is_wanted_) write({}, octets, refusal_.empty() ? "aborted" : refusal_);
  has_begun_ = is_wanted_ = false;
}

void TransactionLog::write(std::string_view queue_id, std::uint64_t octets,
                           std::string_view verdict) {
  const std::vector<std::string_view> accepted = views_of(accepted_);
  const std::vector<std::string_view> refused = views_of(refused_);
  const std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - begun_at_;
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
       {"from", std::string_view{sender_}},
       {"to", std::span<const std::string_view>{accepted}},
       {"n_to", static_cast<std::int64_t>(accepted_count_)},
       {"refused", std::span<const std::string_view>{refused}},
       {"bytes", static_cast<std::int64_t>(octets)},
       {"verdict", verdict},
       {"code", std::string_view{code_}},
       {"by", std::string_view{by_}},
       {"ms", time.count()}});
}

}  // namespace quoth::session
