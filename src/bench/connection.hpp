#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/options.hpp"
#include "bench/reply_reader.hpp"
#include "bench/script.hpp"
#include "net/tls_session.hpp"

namespace quoth::net {
class TlsClient;
}

namespace quoth::bench {

class Loop;

/// What all connections of a thread share. All of it must outlive them.
struct Surroundings {
  Loop& loop;
  const Script& script;
  const Options& options;
};

/// One client: plays the script, checks each reply, and tells its owner where it stands. May be
/// opened again when it is closed. Never blocks; one thread.
class Connection {
 public:
  /// Who decides what a connection does next. Within a call the connection may be told to
  /// begin_message() or quit(); never to open().
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_connected(Connection& connection) = 0;
    virtual void on_secured(Connection& connection, bool is_resumed) = 0;
    /// MAIL may come: it has been opened, or a message has been taken (`is_sent`).
    virtual void on_ready(Connection& connection, bool is_sent) = 0;
    /// It got what it should not have; on_closed() follows, perhaps after a QUIT.
    virtual void on_failed(Connection& connection, std::string_view command,
                           std::string_view reply) = 0;
    virtual void on_closed(Connection& connection) = 0;
  };

  /// `tls` may be nullptr if the scenario has none.
  Connection(const Surroundings& around, Owner& owner, net::TlsClient* tls) noexcept
      : around_{around}, owner_{owner}, tls_client_{tls} {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { drop(); }

  [[nodiscard]] bool is_closed() const noexcept { return state_ == State::closed; }
  /// MAIL may come.
  [[nodiscard]] bool is_ready() const noexcept { return state_ == State::ready; }
  /// It failed since the server kept us waiting.
  [[nodiscard]] bool has_timed_out() const noexcept { return has_timed_out_; }
  /// Messages taken since it was opened.
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

  void open();
  void begin_message();
  void quit();
  /// Closes it at once; the owner is not told.
  void drop() noexcept;

  /// For the loop.
  void on_events(std::uint32_t events);
  /// For the loop: its turn to write.
  void write() {
    if (state_ == State::talking) flush();
  }
  /// Fails if the server has kept us waiting for too long.
  void check_time(Clock::time_point now);

  /// Where the answer to EHLO is to be kept; nullptr: nowhere.
  void keep_hello(std::string* hello) noexcept { hello_ = hello; }

 private:
  enum class State : std::uint8_t { closed, connecting, handshake, talking, ready, ending };
  enum class Stage : std::uint8_t { opening, message, quitting };

  void start_tls();
  void shake_hands();
  [[nodiscard]] bool has_ended_by_tls() noexcept;
  void on_connecting(std::uint32_t events);
  void start(const Step& step);
  void finish_step();
  void finish_script();
  void flush();
  void read();
  /// @returns the octets that came; 0: none yet, or it has failed.
  std::size_t receive();
  void take_replies(std::string_view input);
  bool take(const Reply& reply);
  void on_end(std::string_view how);
  void fail(std::string_view command, std::string_view reply);
  void fail_system(std::string_view command, int error);
  void close();
  [[nodiscard]] std::string_view awaited() const noexcept;
  [[nodiscard]] bool may_quit(const Reply& reply) const noexcept;
  [[nodiscard]] const std::vector<Step>& steps() const noexcept;

  Surroundings around_;
  Owner& owner_;
  net::TlsClient* tls_client_;
  std::unique_ptr<net::TlsSession> tls_;
  ReplyReader reader_;
  Clock::time_point touched_{};  // when the server was last asked, or moved
  const Step* step_ = nullptr;
  std::size_t step_index_ = 0;
  std::size_t written_ = 0;  // octets of the step
  std::size_t replied_ = 0;  // replies of the step that have come
  std::uint64_t messages_ = 0;
  std::string* hello_ = nullptr;
  int fd_ = -1;
  State state_ = State::closed;
  Stage stage_ = Stage::opening;
  bool has_ended_ = false;  // the server will send no more
  bool has_timed_out_ = false;
  bool has_failed_ = false;  // the owner knows, and QUIT is for good manners
};

}  // namespace quoth::bench
