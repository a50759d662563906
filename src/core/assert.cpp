#include <quoth/assert.hpp>

#include <cstdio>
#include <cstdlib>

namespace quoth::detail {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "quoth: a bug: %s does not hold (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace quoth::detail
