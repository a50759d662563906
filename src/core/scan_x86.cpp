#include "core/scan_x86.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/line_by_line.hpp"

// Theory of operation of the one for AVX2: the vector instructions say which of 64 octets are CR,
// LF, NUL or a dot, as bits of four numbers. What follows from that, PlainLines finds with a few
// operations on all 64 at once, and with no branch that depends on where lines end: so long as
// nothing odd comes, a block costs the same whatever is in it, and none waits for the one before.
// With SSE2 making these four numbers costs more than is gained, so it goes line by line. AVX-512
// would gain another 5 %, which is not worth a third way.

namespace quoth::x86 {
namespace {

constexpr std::size_t block_octets = 64;

/// What stands where in a block; its first octet is the lowest bit.
struct Places {
  std::uint64_t cr;
  std::uint64_t lf;
  std::uint64_t nul;
  std::uint64_t dot;
};

/// Plain lines, followed from block to block.
class PlainLines {
 public:
  explicit PlainLines(std::size_t line_limit) noexcept : line_limit_{line_limit} {}

  /// Takes the next block. @returns whether the one after it may go on.
  bool take(const Places& places) noexcept {
    // So no line that ends in this block can be too long.
    if (begin_ + block_octets - end_ > line_limit_) return false;
    const std::uint64_t after_cr = places.cr << 1U | after_cr_;
    const std::uint64_t after_lf = places.lf << 1U | after_lf_;
    const std::uint64_t odd = (after_cr ^ places.lf) | places.nul | (places.dot & after_lf);
    const std::uint64_t before_odd = (odd & (0 - odd)) - 1;
    const std::uint64_t ends = places.lf & before_odd;
    const auto behind_last = block_octets - static_cast<std::size_t>(std::countl_zero(ends));
    end_ = ends != 0 ? begin_ + behind_last : end_;
    begin_ += block_octets;
    after_cr_ = places.cr >> 63U;
    after_lf_ = places.lf >> 63U;
    return odd == 0;
  }

  /// Where the last of them ends.
  [[nodiscard]] std::size_t end() const noexcept { return end_; }

 private:
  std::size_t line_limit_;
  std::size_t begin_ = 0;  // of the next block
  std::size_t end_ = 0;
  std::uint64_t after_cr_ = 0;
  std::uint64_t after_lf_ = 1;
};

[[gnu::target("avx2")]] inline std::uint64_t places_of(char c, __m256i low, __m256i high) noexcept {
  const __m256i wanted = _mm256_set1_epi8(c);
  const auto first = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto last = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return static_cast<std::uint64_t>(last) << 32U | first;
}

[[gnu::target("avx2")]] inline __m256i load(const char* octets) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(octets));
}

}  // namespace

std::size_t sse2_find(std::string_view text) noexcept {
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i lf = _mm_set1_epi8('\n');
  const __m128i nul = _mm_setzero_si128();
  std::size_t at = 0;
  for (; at + 16 <= text.size(); at += 16) {
    const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i hit =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(octets, cr), _mm_cmpeq_epi8(octets, lf)),
                     _mm_cmpeq_epi8(octets, nul));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (mask != 0) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return find_one_by_one(text, at);
}

std::size_t sse2_skip(std::string_view text, std::size_t line_limit) noexcept {
  return skip_line_by_line<sse2_find>(text, line_limit);
}

[[gnu::target("avx2")]] std::size_t avx2_skip(std::string_view text,
                                              std::size_t line_limit) noexcept {
  PlainLines lines{line_limit};
  for (std::size_t at = 0; at + block_octets <= text.size(); at += block_octets) {
    const __m256i low = load(text.data() + at);
    const __m256i high = load(text.data() + at + 32);
    const Places places{places_of('\r', low, high), places_of('\n', low, high),
                        places_of('\0', low, high), places_of('.', low, high)};
    if (!lines.take(places)) break;
  }
  return lines.end();
}

}  // namespace quoth::x86

#endif
