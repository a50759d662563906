#pragma once

#include <string_view>

#include <quoth/smtp/verb.hpp>

namespace quoth::smtp {

/// One command line that has passed framing, order and grammar.
struct Command {
  std::string_view verb;             ///< As the client wrote it. Valid until the next read.
  std::string_view argument;         ///< The rest of the line, white space at its end cut.
  const Verb* definition = nullptr;  ///< Null: nobody defined such a verb.
  Arguments arguments;               ///< What the grammar found. Handlers may change it.
};

}  // namespace quoth::smtp
