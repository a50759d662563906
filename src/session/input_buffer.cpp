#include "session/input_buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace quoth::session {

bool InputBuffer::resize(std::size_t octets) {
  if (!share_.grow(octets - pages_.size())) return false;
  Pages pages{octets};
  if (!empty()) std::memcpy(pages.data(), pages_.data() + begin_, end_ - begin_);
  pages_ = std::move(pages);
  end_ -= std::exchange(begin_, 0);
  return true;
}

bool InputBuffer::prepare() {
  if (empty()) begin_ = end_ = 0;
  if (pages_.size() == 0) return resize(small_octets);
  // A large buffer that cannot be had is no reason to stop: the small one does, too.
  if (was_filled_ && pages_.size() < large_octets && resize(large_octets)) return true;
  if (begin_ > 0) {
    std::memmove(pages_.data(), pages_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  return end_ < pages_.size();
}

void InputBuffer::release() noexcept {
  pages_ = {};
  begin_ = end_ = 0;
  was_filled_ = false;
  share_.clear();
}

}  // namespace quoth::session
