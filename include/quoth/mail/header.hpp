#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoth::mail {

/// One field of a header section (RFC 5322 §2.2), as it came.
struct HeaderField {
  std::string_view name;   ///< "Subject".
  std::string_view value;  ///< Behind the colon, without the last CRLF; folded, not decoded.
};

/// The header section of a message. Who sends a message decides what stands in it: any field may
/// be missing, stand twice, or hold any octets but line ends.
class HeaderSection {
 public:
  HeaderSection() = default;
  /// `octets` may include the empty line that ends the section; they are borrowed. A line without a
  /// colon, and what is folded into it, belongs to no field and is passed over; so are lines that
  /// are folded into none.
  explicit HeaderSection(std::string_view octets);

  /// All octets, lines without a colon included.
  [[nodiscard]] std::string_view octets() const noexcept { return octets_; }
  /// In the order in which they stand.
  [[nodiscard]] const std::vector<HeaderField>& fields() const noexcept { return fields_; }
  /// The value of the first field of that name, in any case, unfolded and without white space at
  /// its ends; none if there is no such field.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  /// How many fields have that name, in any case.
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;

 private:
  std::string_view octets_;
  std::vector<HeaderField> fields_;
};

/// `value` on one line: each CRLF ahead of white space is dropped (RFC 5322 §2.2.3).
[[nodiscard]] std::string unfold(std::string_view value);

}  // namespace quoth::mail
