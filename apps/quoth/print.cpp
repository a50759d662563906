#include "apps/quoth/print.hpp"

#include <cstdio>
#include <string_view>

namespace quoth::app {

bool print(std::FILE* stream, std::string_view text) noexcept {
  const bool taken = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  return std::fflush(stream) == 0 && taken;
}

}  // namespace quoth::app
