#pragma once

namespace quoth::app {

/// What the program tells its caller: the numbers of sysexits.h. systemd's
/// `RestartPreventExitStatus=78` keeps a broken configuration from being tried again and again.
enum class ExitCode : int {
  ok = 0,
  failed = 1,        ///< What was to be tested is not as it should be.
  usage = 64,        ///< The command line.
  data = 65,         ///< Input that is not what it should be.
  unavailable = 69,  ///< Something we need is not there, such as a free port.
  software = 70,     ///< A bug of ours.
  os = 71,           ///< The system refused (threads, memory).
  io = 74,           ///< A file could not be read or written.
  temporary = 75,    ///< Try again later.
  no_permission = 77,
  config = 78,  ///< The configuration.
};

}  // namespace quoth::app
