#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {

Extension enhanced_status_codes() { return {.keyword = "ENHANCEDSTATUSCODES"}; }

}  // namespace quoth::smtp::extension
