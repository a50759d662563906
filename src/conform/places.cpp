#include "conform/places.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace quoth::conform {

std::string fill(std::string_view text, const Places& places) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    result += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    const auto place =
        close == std::string_view::npos ? places.end() : places.find(text.substr(1, close - 1));
    if (place == places.end()) {
      result += '{';
      text.remove_prefix(1);
    } else {
      result += place->second;
      text.remove_prefix(close + 1);
    }
  }
  return result;
}

}  // namespace quoth::conform
