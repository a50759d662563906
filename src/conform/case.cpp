#include "conform/case.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace quoth::conform {

Step Step::with(Look more) && {
  look = look | more;
  return std::move(*this);
}

Step Step::containing(std::string part) && {
  contains = std::move(part);
  return std::move(*this);
}

Step Step::lacking(std::string part) && {
  lacks = std::move(part);
  return std::move(*this);
}

Step Step::in_pieces(std::size_t octets, std::chrono::milliseconds between) && {
  piece_octets = octets;
  time = between;
  return std::move(*this);
}

Step Step::cut_at(std::size_t octets) && {
  piece_octets = octets;
  is_cut_once = true;
  time = std::chrono::milliseconds{2};
  return std::move(*this);
}

Step Step::within(std::string place, std::size_t place_number) && {
  bound = std::move(place);
  number = place_number;
  return std::move(*this);
}

Step Step::times(std::size_t count) && {
  repeat = count;
  return std::move(*this);
}

Step Step::beyond_size() && {
  exceeds_size = true;
  return std::move(*this);
}

Step Step::given() && {
  is_given = true;
  return std::move(*this);
}

Step Step::refusable() && {
  may_refuse = true;
  return std::move(*this);
}

Step Step::deciding() && {
  decides = true;
  return std::move(*this);
}

std::string_view name(Level level) noexcept {
  switch (level) {
    case Level::must: return "MUST";
    case Level::should: return "SHOULD";
    case Level::security: return "SECURITY";
    case Level::extension: return "EXTENSION";
  }
  return "";
}

}  // namespace quoth::conform
