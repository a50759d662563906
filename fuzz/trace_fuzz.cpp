// A message from its first octet on, whole, in the pieces that the input chooses and octet by
// octet: where its header section ends and how many Received fields are in it is what the reference
// finds.
//
// Input: one octet says how many cuts there are, two for each cut, and the rest is the message.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <quoth/assert.hpp>

#include "core/ascii.hpp"
#include "fuzz/support/script.hpp"
#include "mail/trace.hpp"

namespace {

using namespace quoth::fuzz;

struct Outcome {
  std::size_t header_octets = 0;
  std::size_t received = 0;
  bool finished = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class Count {
 public:
  void feed(std::string_view piece) {
    // A copy of exactly the right size, so that AddressSanitizer sees a read past its end.
    const std::vector<char> octets{piece.begin(), piece.end()};
    const bool was_finished = counter_.finished();
    const std::size_t count = counter_.feed({octets.data(), octets.size()});
    QUOTH_ASSERT(count <= octets.size() && (counter_.finished() || count == octets.size()));
    QUOTH_ASSERT(!was_finished || count == 0);
    header_octets_ += count;
  }

  [[nodiscard]] Outcome outcome() const {
    return {header_octets_, counter_.count(), counter_.finished()};
  }

 private:
  quoth::mail::ReceivedCounter counter_;
  std::size_t header_octets_ = 0;
};

/// RFC 5322 §4.5.7: "Received" *WSP ":".
bool is_received(std::string_view line) {
  constexpr std::string_view name = "received";
  if (!quoth::ascii::iequals(line.substr(0, name.size()), name)) return false;
  line.remove_prefix(name.size());
  const std::size_t colon = line.find_first_not_of(" \t");
  return colon != std::string_view::npos && line[colon] == ':';
}

/// Line by line; one that is neither a field nor folded ends the section.
Outcome reference(std::string_view octets) {
  Outcome outcome;
  while (!octets.empty() && !outcome.finished) {
    const std::size_t crlf = octets.find("\r\n");
    const std::string_view line = octets.substr(0, crlf);
    const bool is_folded = line.starts_with(' ') || line.starts_with('\t');
    const bool is_field = is_folded || line.find(':') != std::string_view::npos;
    if (is_received(line)) ++outcome.received;
    outcome.finished = crlf != std::string_view::npos && !is_field;
    const std::size_t taken = crlf == std::string_view::npos ? octets.size() : crlf + 2;
    outcome.header_octets += taken;
    octets.remove_prefix(taken);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Steering steering{{reinterpret_cast<const char*>(data), size}};
  const std::vector<std::size_t> cuts = steering.take_cuts(steering.take());
  const std::string_view octets = steering.rest();
  const Outcome expected = reference(octets);
  Count whole;
  whole.feed(octets);
  QUOTH_ASSERT(whole.outcome() == expected);
  Count pieces;
  feed_pieces(octets, cuts, [&](std::string_view piece) { pieces.feed(piece); });
  QUOTH_ASSERT(pieces.outcome() == expected);
  Count each;
  feed_octets(octets, [&](std::string_view piece) { each.feed(piece); });
  QUOTH_ASSERT(each.outcome() == expected);
  return 0;
}
