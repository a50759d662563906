#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quoth {

/// `octets` as Base64 (RFC 4648 §4), padded, in one line.
[[nodiscard]] std::string encode_base64(std::string_view octets);

/// The octets that `text` stands for. None if encode_base64() would not write them just so: there
/// is a white space, too little padding or too much, or a bit that is not used and not 0.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace quoth
