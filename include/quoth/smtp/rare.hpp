#pragma once

#include <memory>
#include <utility>

namespace quoth::smtp {

/// An optional value that is seldom there: without one it takes the room of a pointer. A copy has a
/// value of its own.
template <class T>
class Rare {
 public:
  Rare() noexcept = default;
  Rare(T value) : value_{std::make_unique<T>(std::move(value))} {}
  Rare(const Rare& other) : value_{other.value_ ? std::make_unique<T>(*other.value_) : nullptr} {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) {
    Rare copy{other};
    std::swap(value_, copy.value_);
    return *this;
  }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  [[nodiscard]] bool has_value() const noexcept { return value_ != nullptr; }
  explicit operator bool() const noexcept { return has_value(); }
  /// @pre There is a value, as for operator->().
  [[nodiscard]] T& operator*() noexcept { return *value_; }
  [[nodiscard]] const T& operator*() const noexcept { return *value_; }
  [[nodiscard]] T* operator->() noexcept { return value_.get(); }
  [[nodiscard]] const T* operator->() const noexcept { return value_.get(); }
  void reset() noexcept { value_.reset(); }

  /// None equals none, and values are equal as T has it.
  friend bool operator==(const Rare& a, const Rare& b) {
    return a.value_ && b.value_ ? *a.value_ == *b.value_ : a.value_ == b.value_;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace quoth::smtp
