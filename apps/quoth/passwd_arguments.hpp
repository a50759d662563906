#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace quoth::app {

/// What `quoth passwd` is told on the command line.
struct PasswdArguments {
  std::string action;  ///< "add", "rm", "verify", "list"
  std::string name;    ///< Empty: only with "list".
  std::string file;
  std::optional<std::string> hash;          ///< "yescrypt", "bcrypt", "sha512"
  std::optional<unsigned long> cost;        ///< None: that kind's default.
  std::optional<std::uint32_t> iterations;  ///< Of SCRAM; none: the default.
  bool scram = false;                       ///< Keys for it are wanted, as they are anyway.
  bool no_scram = false;                    ///< They are not.
  bool replace = false;
};

}  // namespace quoth::app
