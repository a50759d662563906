#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace quoth::test {

/// What a faulty server does wrong. Without any it is a small server that is right.
struct Faults {
  bool has_no_greeting = false;
  bool refuses_mail = false;
  bool takes_any_recipient = false;
  bool ends_text_at_lf_dot = false;     ///< LF.CRLF: the next commands are run, and answered.
  bool hides_smuggled_replies = false;  ///< They are run, and not answered.
  bool never_answers_text = false;
  bool ends_replies_with_lf = false;
  bool says_421_to_rcpt = false;
  bool forgets_order = false;    ///< RCPT and DATA are right at any time.
  bool keeps_cut_text = false;   ///< A text without its end is stored all the same.
  bool says_lines_back = false;  ///< What it does not know, and the name in EHLO, as they came.
  bool cuts_long_lines = false;  ///< A line is cut at 512 octets, and each part of it is run.
  bool takes_packets_for_lines = false;
  bool says_bye_to_noop = false;    ///< 221, as if it were QUIT.
  bool forgets_its_limits = false;  ///< Announces RCPTMAX=3 and MAILMAX=3, and takes any number.
};

/// An SMTP server with faults, written apart from Quoth's own: what a battery is tested on. A
/// thread for each client; takes mail for ann@local.test and Postmaster on 127.0.0.1.
class FaultyServer {
 public:
  /// `folder` takes a file for each message; empty: none.
  explicit FaultyServer(Faults faults, std::string folder = {});
  FaultyServer(const FaultyServer&) = delete;
  FaultyServer& operator=(const FaultyServer&) = delete;
  ~FaultyServer();

  /// "127.0.0.1:port".
  [[nodiscard]] std::string address() const;

 private:
  class Client;

  void accept_clients();

  Faults faults_;
  std::string folder_;
  std::atomic<int> stored_count_ = 0;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> clients_;  // all that were accepted, closed by the destructor
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace quoth::test
