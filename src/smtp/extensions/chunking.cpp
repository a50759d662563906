#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <variant>

#include <quoth/smtp/extensions.hpp>

#include "core/ascii.hpp"
#include "smtp/extensions/parameter.hpp"

namespace quoth::smtp::extension {
namespace {

/// RFC 3030 §3 (4): one more value of BODY.
std::optional<Reply> read_binary_body(std::string_view value, Arguments& arguments,
                                      const Limits& limits) {
  if (ascii::iequals(value, "BINARYMIME")) {
    std::get<MailArguments>(arguments).body = Body::binary_mime;
  } else if (read_body(value, arguments, limits)) {
    return wrong_value("BODY is 7BIT, 8BITMIME or BINARYMIME");
  }
  return std::nullopt;
}

/// RFC 3030 §2: "size [LAST]". Where the size cannot be read, nobody knows where the next command
/// begins: so nothing behind it is read.
Parsed bdat_grammar(std::string_view argument, const Dialect& /*dialect*/) {
  ChunkArguments chunk;
  const char* const end = argument.data() + argument.size();
  const auto [stop, error] = std::from_chars(argument.data(), end, chunk.size);
  const std::string_view rest{stop, static_cast<std::size_t>(end - stop)};
  chunk.is_last = ascii::iequals(rest, " LAST");
  if (error == std::errc{} && (rest.empty() || chunk.is_last)) return Arguments{chunk};
  return Reply{code::arg_syntax_error, "5.5.4 syntax: BDAT size [LAST]; closing connection"}
      .then_close();
}

}  // namespace

Extension chunking() {
  return {.keyword = "CHUNKING",
          .verbs = {{.name = "BDAT",
                     .syntax = "BDAT size [LAST]",
                     .allowed = {State::rcpt, State::chunks},
                     .effect = Effect::take_chunk,
                     .grammar = bdat_grammar}}};
}

Extension binary_mime() {
  // It cannot be without CHUNKING (RFC 3030 §3). This BODY is later than the one of 8BITMIME, so it
  // counts, and needs no octets besides those 17.
  return {.keyword = "BINARYMIME",
          .parameters = {{.verb = "MAIL", .keyword = "BODY", .read = read_binary_body}},
          .needs = "CHUNKING"};
}

}  // namespace quoth::smtp::extension
