#include "core/scan_x86.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

// Theory of operation. Whether a line is plain shows at any place in it by three octets side by
// side: CR goes with LF behind it, and neither without the other; no dot is behind both; no octet
// is NUL. So the text is held against itself, moved by one octet and by two, in vectors, and what
// comes out for 64 places are two numbers: where lines end, and where something is odd. No branch
// depends on where lines end, so lines of any length are guessed right by the processor, and no
// block waits for the one before.
//
// A third way with AVX-512 gains between nothing and a tenth, by how long lines are.

namespace quoth::x86 {
namespace {

constexpr std::size_t block_octets = 64;
// A block is judged with the two octets behind it.
constexpr std::size_t seen_octets = block_octets + 2;

/// A bit for each octet of a block; the first octet's is the lowest.
struct Block {
  std::uint64_t ends;  ///< CR, LF comes next.
  std::uint64_t odd;   ///< NUL, CR or LF without the other, or a line end with a dot behind it.
};

/// The last line end of plain lines, as block after block of a text is looked at.
class LastEnd {
 public:
  /// Whether a line that ends in the block at `at` cannot be too long.
  [[nodiscard]] bool is_near(std::size_t at, std::size_t line_limit) const noexcept {
    return at + seen_octets - at_ <= line_limit;
  }

  void note(std::uint64_t ends, std::size_t at) noexcept {
    ends_ = ends != 0 ? ends : ends_;
    at_ = ends != 0 ? at : at_;
  }

  /// Takes those before the first odd octet.
  void note_rest(const Block& block, std::size_t at) noexcept {
    note(block.ends & (block.odd ^ (block.odd - 1)), at);
  }

  /// Where the line behind it begins.
  [[nodiscard]] std::size_t behind() const noexcept {
    if (ends_ == 0) return 0;
    return at_ + block_octets + 1 - static_cast<std::size_t>(std::countl_zero(ends_));
  }

 private:
  std::size_t at_ = 0;  // of the block
  std::uint64_t ends_ = 0;
};

/// What is judged by the octets before it has none at the beginning.
bool begins_oddly(std::string_view text) noexcept {
  return text.starts_with('\n') || text.starts_with('.');
}

__m128i sse2_load(const char* octets) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(octets));
}

Block sse2_block(const char* octets) noexcept {
  Block block{};
#pragma GCC unroll 4
  for (unsigned i = 0; i < block_octets; i += 16) {
    const __m128i here = sse2_load(octets + i);
    const __m128i cr = _mm_cmpeq_epi8(here, _mm_set1_epi8('\r'));
    const __m128i lf = _mm_cmpeq_epi8(sse2_load(octets + i + 1), _mm_set1_epi8('\n'));
    const __m128i dot = _mm_cmpeq_epi8(sse2_load(octets + i + 2), _mm_set1_epi8('.'));
    const __m128i nul = _mm_cmpeq_epi8(here, _mm_setzero_si128());
    const __m128i end = _mm_and_si128(cr, lf);
    const __m128i odd =
        _mm_or_si128(_mm_xor_si128(cr, lf), _mm_or_si128(nul, _mm_and_si128(end, dot)));
    const auto ends = static_cast<std::uint16_t>(_mm_movemask_epi8(end));
    const auto odds = static_cast<std::uint16_t>(_mm_movemask_epi8(odd));
    block.ends |= std::uint64_t{ends} << i;
    block.odd |= std::uint64_t{odds} << i;
  }
  return block;
}

[[gnu::target("avx2")]] inline __m256i avx2_load(const char* octets) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(octets));
}

[[gnu::target("avx2")]] inline Block avx2_block(const char* octets) noexcept {
  Block block{};
#pragma GCC unroll 2
  for (unsigned i = 0; i < block_octets; i += 32) {
    const __m256i here = avx2_load(octets + i);
    const __m256i cr = _mm256_cmpeq_epi8(here, _mm256_set1_epi8('\r'));
    const __m256i lf = _mm256_cmpeq_epi8(avx2_load(octets + i + 1), _mm256_set1_epi8('\n'));
    const __m256i dot = _mm256_cmpeq_epi8(avx2_load(octets + i + 2), _mm256_set1_epi8('.'));
    const __m256i nul = _mm256_cmpeq_epi8(here, _mm256_setzero_si256());
    const __m256i end = _mm256_and_si256(cr, lf);
    const __m256i odd =
        _mm256_or_si256(_mm256_xor_si256(cr, lf), _mm256_or_si256(nul, _mm256_and_si256(end, dot)));
    const auto ends = static_cast<std::uint32_t>(_mm256_movemask_epi8(end));
    const auto odds = static_cast<std::uint32_t>(_mm256_movemask_epi8(odd));
    block.ends |= std::uint64_t{ends} << i;
    block.odd |= std::uint64_t{odds} << i;
  }
  return block;
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
  while (at < text.size() && !is_line_octet(text[at])) ++at;
  return at;
}

std::size_t sse2_skip(std::string_view text, std::size_t line_limit) noexcept {
  LastEnd end;
  if (begins_oddly(text)) return 0;
  for (std::size_t at = 0; at + seen_octets <= text.size() && end.is_near(at, line_limit);
       at += block_octets) {
    const Block block = sse2_block(text.data() + at);
    if (block.odd != 0) {
      end.note_rest(block, at);
      break;
    }
    end.note(block.ends, at);
  }
  return end.behind();
}

[[gnu::target("avx2")]] std::size_t avx2_skip(std::string_view text,
                                              std::size_t line_limit) noexcept {
  LastEnd end;
  if (begins_oddly(text)) return 0;
  for (std::size_t at = 0; at + seen_octets <= text.size() && end.is_near(at, line_limit);
       at += block_octets) {
    const Block block = avx2_block(text.data() + at);
    if (block.odd != 0) {
      end.note_rest(block, at);
      break;
    }
    end.note(block.ends, at);
  }
  return end.behind();
}

}  // namespace quoth::x86

#endif
