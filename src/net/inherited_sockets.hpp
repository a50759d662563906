#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "net/listening_socket.hpp"

namespace quoth::net {

/// What systemd says of the sockets that it hands to a service: the variables of that name.
struct ListenVariables {
  std::string pid;    ///< LISTEN_PID: whom they are for.
  std::string count;  ///< LISTEN_FDS: how many there are, from descriptor 3 on.
  std::string names;  ///< LISTEN_FDNAMES: "smtp:lmtp"; empty: each is "unknown".
};

/// The sockets that this process was started with (sd_listen_fds(3)).
class InheritedSockets {
 public:
  struct Named {
    std::string name;
    int fd;
  };

  /// Those of this process. The first call reads the environment and takes the variables away, so
  /// that no child believes they are its own; call it before other threads look there.
  /// @throws std::invalid_argument if they contradict each other.
  [[nodiscard]] static const InheritedSockets& of_this_process();

  /// What `variables` say to the process `own`: nothing, if they are for another one.
  /// @throws std::invalid_argument if they contradict each other.
  [[nodiscard]] static InheritedSockets parse(const ListenVariables& variables, ::pid_t own);

  [[nodiscard]] const std::vector<Named>& all() const noexcept { return sockets_; }

  /// A duplicate of each socket of that name: empty if there is none.
  [[nodiscard]] Result<std::vector<ListeningSocket>> open(std::string_view name) const;

  /// "fd:smtp, fd:lmtp"; "none" without any.
  [[nodiscard]] std::string names() const;

 private:
  std::vector<Named> sockets_;
};

/// Whether sockets can have this name: 1 to 255 visible octets of ASCII but ":".
[[nodiscard]] bool is_socket_name(std::string_view name) noexcept;

}  // namespace quoth::net
