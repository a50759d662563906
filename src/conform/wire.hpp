#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "conform/dialogue.hpp"
#include "conform/reply.hpp"
#include "conform/target.hpp"
#include "net/deadline.hpp"
#include "net/gate.hpp"
#include "net/notice.hpp"
#include "net/stream.hpp"
#include "net/tls_client.hpp"

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

  /// Makes a TLS handshake, behind which all goes over TLS. What came in the clear and was not
  /// received is lost, so look at pending() before. After an error the connection is of no use.
  [[nodiscard]] Awaitable<Result<void>> start_tls(net::TlsClient& client, std::string server_name,
                                                  std::chrono::milliseconds at_most);

  /// The next reply, or the end of the connection, or nothing within that time.
  [[nodiscard]] Awaitable<Received> receive(std::chrono::milliseconds at_most);

  /// Lets time pass. @returns whether octets came meanwhile, or have not been received yet.
  [[nodiscard]] Awaitable<bool> wait(std::chrono::milliseconds time);

  /// Waits for the end of the connection, whatever comes before. @returns whether it came.
  [[nodiscard]] Awaitable<bool> wait_for_end(std::chrono::milliseconds at_most);

  /// Waits for octets that have not been received, or the end. @returns whether there is either.
  [[nodiscard]] Awaitable<bool> wait_for_octets(std::chrono::milliseconds at_most);

  /// Lets these octets be received, as if they came now.
  void put_back(std::string_view octets) { reader_.feed(octets); }

  /// What a handshake agreed on; nullptr in the clear.
  [[nodiscard]] const TlsFacts* tls() const noexcept { return stream_ ? stream_->tls() : nullptr; }

  /// What ties a login to this connection; none in the clear.
  [[nodiscard]] net::TlsBindings bindings() const { return stream_->channel_bindings(); }

  /// What came and is no whole reply.
  [[nodiscard]] std::string_view pending() const noexcept { return reader_.pending(); }

  void half_close() noexcept;
  /// The next close() sends a RST.
  void reset_on_close() noexcept { is_reset_ = true; }

  /// Of the socket; -1: there is none.
  [[nodiscard]] int handle() const noexcept { return fd_; }
  [[nodiscard]] bool is_open() const noexcept { return stream_ != nullptr; }

  /// Ends the connection, and all that runs for it.
  [[nodiscard]] Awaitable<void> close();

 private:
  Awaitable<void> pump();
  Awaitable<void> stop_pump();

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
  bool is_closing_ = false;  // the pump shall end
};

}  // namespace quoth::conform
