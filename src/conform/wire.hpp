#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "conform/dialogue.hpp"
#include "conform/reply.hpp"
#include "conform/target.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "net/notice.hpp"
#include "net/stream.hpp"

namespace quoth::conform {

/// One connection to the server under test. It reads all the time, so that a server that answers
/// before it has read all never waits for us. close() it before it goes.
class Wire {
 public:
  /// What a wait has brought.
  struct Received {
    enum class What : std::uint8_t { reply, end, nothing };
    What what = What::nothing;
    Reply reply = {};
  };

  /// `dialogue` is written to as octets go and come, and must live as long.
  Wire(const net::Executor& executor, Dialogue& dialogue);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  [[nodiscard]] Awaitable<Result<void>> connect(const Endpoint& endpoint,
                                                std::chrono::milliseconds at_most);

  /// Sends all of it. An error: the server has gone, or did not read for so long.
  [[nodiscard]] Awaitable<Result<void>> send(std::string_view octets,
                                             std::chrono::milliseconds at_most);

  /// The next reply, or the end of the connection, or nothing within that time.
  [[nodiscard]] Awaitable<Received> receive(std::chrono::milliseconds at_most);

  /// Lets time pass. @returns whether octets came meanwhile, or have not been received yet.
  [[nodiscard]] Awaitable<bool> wait(std::chrono::milliseconds time);

  /// What came and is no whole reply.
  [[nodiscard]] std::string_view pending() const noexcept { return reader_.pending(); }

  void half_close() noexcept;
  /// The next close() sends a RST.
  void reset_on_close() noexcept { is_reset_ = true; }

  [[nodiscard]] bool is_open() const noexcept { return stream_ != nullptr; }

  /// Ends the connection, and all that runs for it.
  [[nodiscard]] Awaitable<void> close();

 private:
  Awaitable<void> pump();

  net::Executor executor_;
  Dialogue& dialogue_;
  net::Gate gate_;
  net::Notice arrival_;
  std::unique_ptr<net::Stream> stream_;
  ReplyReader reader_;
  std::size_t received_octets_ = 0;
  int fd_ = -1;  // the stream's
  bool has_ended_ = false;
  bool is_reset_ = false;
  bool is_closing_ = false;
};

}  // namespace quoth::conform
