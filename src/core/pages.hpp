#pragma once

#include <cstddef>

namespace quoth {

/// Memory in whole pages, straight from the system, and back to it: what a burst of clients took is
/// free again when they are silent, and does not stay behind in a heap full of holes. Each thread
/// keeps a few for the next one who asks, so that a busy server seldom asks the system. What is in
/// them is not defined.
class Pages {
 public:
  Pages() noexcept = default;
  /// `octets`: more than 0. @throws std::bad_alloc
  explicit Pages(std::size_t octets);
  Pages(Pages&& other) noexcept;
  Pages& operator=(Pages&& other) noexcept;
  ~Pages();

  [[nodiscard]] char* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace quoth
