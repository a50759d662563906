#include "core/pages.hpp"

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace quoth {
namespace {

char* map(std::size_t octets) {
  void* const begin =
      ::mmap(nullptr, octets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) throw std::bad_alloc{};
  return static_cast<char*>(begin);
}

// Something may outlive the thread's own objects, this one's among them. Not a member of Spares,
// whose end is the end of what its members say.
thread_local bool spares_are_gone = false;

/// What a thread keeps: pages of two sizes at most, since that is what a session asks for.
class Spares {
 public:
  Spares() noexcept = default;
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;
  ~Spares() {
    for (Shelf& shelf : shelves_) {
      while (shelf.count > 0) ::munmap(shelf.spares[--shelf.count], shelf.octets);
    }
    spares_are_gone = true;
  }

  /// nullptr: there is none of the size.
  char* take(std::size_t octets) noexcept {
    if (spares_are_gone) return nullptr;
    for (Shelf& shelf : shelves_) {
      if (shelf.octets == octets && shelf.count > 0) return shelf.spares[--shelf.count];
    }
    return nullptr;
  }

  /// @returns false if there are enough.
  bool keep(char* data, std::size_t octets) noexcept {
    if (spares_are_gone) return false;
    for (Shelf& shelf : shelves_) {
      if (shelf.octets == 0) shelf.octets = octets;
      if (shelf.octets != octets) continue;
      if (shelf.count == shelf.spares.size()) return false;
      shelf.spares[shelf.count++] = data;
      return true;
    }
    return false;
  }

 private:
  struct Shelf {
    std::size_t octets = 0;  // 0: nothing has come yet
    std::size_t count = 0;
    std::array<char*, 32> spares{};
  };
  std::array<Shelf, 2> shelves_{};
};

thread_local Spares spares;

}  // namespace

Pages::Pages(std::size_t octets) : data_{spares.take(octets)}, size_{octets} {
  if (data_ == nullptr) data_ = map(octets);
}

Pages::Pages(Pages&& other) noexcept
    : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}

Pages& Pages::operator=(Pages&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Pages::~Pages() {
  if (data_ != nullptr && !spares.keep(data_, size_)) ::munmap(data_, size_);
}

}  // namespace quoth
