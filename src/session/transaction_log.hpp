#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/log.hpp>
#include <quoth/session.hpp>
#include <quoth/smtp/reply.hpp>

namespace quoth::session {

/// Gathers what is to be told of one transaction, and tells it in one line: "smtp.in". Costs
/// nothing while nobody wants such lines.
class TransactionLog {
 public:
  /// Both are borrowed.
  TransactionLog(Log& log, const Session& session) noexcept : log_{log}, session_{session} {}

  void begin(const mail::ReversePath& sender);
  [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }

  /// A recipient was answered.
  void recipient(const mail::Mailbox& recipient, const smtp::Reply& reply, std::string_view by);
  /// DATA was refused.
  void refused(const smtp::Reply& reply, std::string_view by);
  /// The last thing of the transaction was answered; tell it.
  void end(std::string_view queue_id, std::uint64_t octets, const smtp::Reply& reply,
           std::string_view by);
  /// It ended without a message: a reset, or the client went away. Tells of the last refusal.
  void abort(std::uint64_t octets);

  /// Between transactions: gives back the memory of the last one.
  void rest() noexcept {
    if (!has_begun_) gathered_.reset();
  }

 private:
  struct Gathered {
    std::chrono::steady_clock::time_point begun_at;
    std::string sender;
    std::vector<std::string> accepted;  // the first of them
    std::vector<std::string> refused;   // likewise
    std::size_t accepted_count = 0;
    std::string code;  // of what was refused last
    std::string by;
    std::string_view refusal;  // the verdict if nothing better follows; empty: none
  };

  void write(std::string_view queue_id, std::uint64_t octets, std::string_view verdict);

  Log& log_;
  const Session& session_;
  std::unique_ptr<Gathered> gathered_;  // null before the first transaction
  bool has_begun_ = false;
  bool is_wanted_ = false;
};

}  // namespace quoth::session
