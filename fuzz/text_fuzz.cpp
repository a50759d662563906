// The text of a message, whole, in the pieces that the input chooses and octet by octet, under all
// rules and both framings: what the scanner makes of it is what the reference does, by each way of
// finding line ends that this processor has.
//
// Input: one octet chooses the rules, one how many cuts there are, two for each cut, and the rest
// is the text.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <quoth/assert.hpp>
#include <quoth/smtp/body_scanner.hpp>

#include "core/scan.hpp"
#include "fuzz/support/reference_text.hpp"
#include "fuzz/support/script.hpp"

namespace {

using namespace quoth::smtp;
using namespace quoth::fuzz;

struct Rules {
  TextRules text{};
  std::size_t line_limit = 1000;
  Framing framing = Framing::dots;
};

struct Outcome {
  std::string text;
  std::size_t consumed = 0;
  bool ended = false;
  BodyFault fault = BodyFault::none;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class Scan {
 public:
  explicit Scan(const Rules& rules)
      : framing_{rules.framing}, scanner_{rules.text, rules.line_limit, rules.framing} {}

  void feed(std::string_view piece) {
    // A copy of exactly the right size, so that AddressSanitizer sees a read past its end.
    const std::vector<char> octets{piece.begin(), piece.end()};
    std::string_view rest{octets.data(), octets.size()};
    std::size_t idle_steps = 0;
    while (!rest.empty() && !outcome_.ended) {
      const BodyScanner::Found found = scanner_.next(rest);
      QUOTH_ASSERT(found.consumed <= rest.size());
      idle_steps = found.consumed == 0 ? idle_steps + 1 : 0;
      QUOTH_ASSERT(idle_steps <= 2);
      outcome_.text += found.text;
      outcome_.consumed += found.consumed;
      outcome_.ended = found.ended;
      rest.remove_prefix(found.consumed);
    }
  }

  Outcome finish() {
    if (framing_ == Framing::chunks) {
      QUOTH_ASSERT(!outcome_.ended);
      outcome_.text += scanner_.finish();
      QUOTH_ASSERT(scanner_.finish().empty());
    }
    outcome_.fault = scanner_.fault();
    return outcome_;
  }

 private:
  Framing framing_;
  BodyScanner scanner_;
  Outcome outcome_;
};

Outcome in_pieces(const Rules& rules, std::string_view octets,
                  const std::vector<std::size_t>& cuts) {
  Scan scan{rules};
  feed_pieces(octets, cuts, [&](std::string_view piece) { scan.feed(piece); });
  return scan.finish();
}

Outcome octet_by_octet(const Rules& rules, std::string_view octets) {
  Scan scan{rules};
  feed_octets(octets, [&](std::string_view piece) { scan.feed(piece); });
  return scan.finish();
}

void check(const Rules& rules, std::string_view octets, const Outcome& outcome) {
  const bool has_dots = rules.framing == Framing::dots;
  const std::optional<std::size_t> end = has_dots ? reference_end(octets) : std::nullopt;
  QUOTH_ASSERT(outcome.ended == end.has_value());
  QUOTH_ASSERT(outcome.consumed == (end ? *end + 3 : octets.size()));
  const std::string_view raw = octets.substr(0, end.value_or(octets.size()));
  const ReferenceText expected = reference_text(raw, rules.text, rules.line_limit, rules.framing);
  if (end || !has_dots) {
    QUOTH_ASSERT(outcome.text == expected.text && outcome.fault == expected.fault);
  } else {
    // What a text means that breaks off is not known to its last octet.
    QUOTH_ASSERT(expected.text.starts_with(outcome.text));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Steering steering{{reinterpret_cast<const char*>(data), size}};
  const std::size_t choice = steering.take();
  const Rules rules{.text = text_rules(choice),
                    .line_limit = (choice & 16U) != 0 ? 12U : 1000U,
                    .framing = (choice & 32U) != 0 ? Framing::chunks : Framing::dots};
  const std::vector<std::size_t> cuts = steering.take_cuts(steering.take());
  const std::string_view octets = steering.rest();
  const Outcome whole = in_pieces(rules, octets, {});
  check(rules, octets, whole);
  for (const quoth::LineScanner& scanner : quoth::line_scanners()) {
    quoth::use_line_scanner(scanner);
    QUOTH_ASSERT(in_pieces(rules, octets, {}) == whole);
    QUOTH_ASSERT(in_pieces(rules, octets, cuts) == whole);
  }
  QUOTH_ASSERT(octet_by_octet(rules, octets) == whole);
  return 0;
}
