#include "core/keyed_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>

namespace quoth {
namespace {

constexpr std::size_t word_octets = 8;

/// The state of SipHash (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012).
struct State {
  std::uint64_t a;
  std::uint64_t b;
  std::uint64_t c;
  std::uint64_t d;

  void round() noexcept {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32) + d;
    c += b;
    d = std::rotl(d, 21) ^ a;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }

  void take(std::uint64_t word) noexcept {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

/// At most eight octets, the first of them the lowest.
std::uint64_t word_of(std::string_view octets) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = octets.size(); i-- > 0;) {
    word = (word << 8U) | static_cast<unsigned char>(octets[i]);
  }
  return word;
}

std::uint64_t random_word(std::random_device& source) {
  return (std::uint64_t{source()} << 32U) | source();
}

}  // namespace

KeyedHash::KeyedHash() : key_{} {
  std::random_device source;
  for (std::uint64_t& word : key_) word = random_word(source);
}

std::uint64_t KeyedHash::operator()(std::string_view octets) const noexcept {
  State state{key_[0] ^ 0x736f6d6570736575U, key_[1] ^ 0x646f72616e646f6dU,
              key_[0] ^ 0x6c7967656e657261U, key_[1] ^ 0x7465646279746573U};
  const std::uint64_t size = octets.size();
  for (; octets.size() >= word_octets; octets.remove_prefix(word_octets)) {
    state.take(word_of(octets.substr(0, word_octets)));
  }
  state.take(word_of(octets) | (size << 56U));
  state.c ^= 0xffU;
  for (int i = 0; i < 4; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace quoth
