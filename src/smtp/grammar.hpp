#pragma once

#include <string_view>

#include <quoth/smtp/dialect.hpp>
#include <quoth/smtp/verb.hpp>

namespace quoth::smtp {

/// "FROM:<path> [parameters]" (RFC 5321 §4.1.1.2). The parameters are the dialect's.
[[nodiscard]] Parsed mail_grammar(std::string_view argument, const Dialect& dialect);

/// "TO:<path> [parameters]" (RFC 5321 §4.1.1.3).
[[nodiscard]] Parsed rcpt_grammar(std::string_view argument, const Dialect& dialect);

}  // namespace quoth::smtp
