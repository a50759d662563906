#include "session/input_buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace quoth::session {

bool InputBuffer::resize(std::size_t octets) {
  if (!share_.grow(octets - size_)) return false;
  auto data = std::make_unique_for_overwrite<char[]>(octets);
  if (!empty()) std::memcpy(data.get(), data_.get() + begin_, end_ - begin_);
  data_ = std::move(data);
  size_ = octets;
  end_ -= std::exchange(begin_, 0);
  return true;
}

bool InputBuffer::prepare() {
  if (empty()) begin_ = end_ = 0;
  if (size_ == 0) return resize(small_octets);
  // A large buffer that cannot be had is no reason to stop: the small one does, too.
  if (was_filled_ && size_ < large_octets && resize(large_octets)) return true;
  if (begin_ > 0) {
    std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  return end_ < size_;
}

void InputBuffer::release() noexcept {
  data_.reset();
  size_ = begin_ = end_ = 0;
  was_filled_ = false;
  share_.clear();
}

}  // namespace quoth::session
