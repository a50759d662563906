#include <quoth/version.hpp>

#include <string_view>

namespace quoth {

std::string_view version() noexcept { return QUOTH_VERSION; }

}  // namespace quoth
