#include <quoth/version.hpp>

namespace quoth {

std::string_view version() noexcept { return QUOTH_VERSION; }

}  // namespace quoth
