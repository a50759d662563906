#include <quoth/smtp/extensions.hpp>

namespace quoth::smtp::extension {

Extension pipelining() { return {.keyword = "PIPELINING"}; }

}  // namespace quoth::smtp::extension
