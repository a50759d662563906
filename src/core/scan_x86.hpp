#pragma once

#if defined(__x86_64__)

#include <cstddef>
#include <string_view>

#include "core/scan.hpp"

namespace quoth::x86 {

std::size_t sse2_find(std::string_view text) noexcept;
std::size_t sse2_skip(std::string_view text, std::size_t line_limit) noexcept;
std::size_t avx2_skip(std::string_view text, std::size_t line_limit) noexcept;

/// Each x86-64 has SSE2. The other is for processors with AVX2 alone; single lines, the business of
/// find_line_octet(), are too short to gain by it.
inline constexpr LineScanner sse2_scanner{"sse2", sse2_find, sse2_skip};
inline constexpr LineScanner avx2_scanner{"avx2", sse2_find, avx2_skip};

}  // namespace quoth::x86

#endif
