// Feeds any octets to the header section's parser: its fields are pieces of the input in their
// order, what they say comes back when they are written again, and it agrees with the counter that
// the session has for mail loops.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <quoth/assert.hpp>
#include <quoth/mail/header.hpp>

#include "mail/trace.hpp"

namespace {

using quoth::mail::HeaderField;
using quoth::mail::HeaderSection;

constexpr bool is_white(char c) noexcept { return c == ' ' || c == '\t'; }

void check_name(std::string_view name) {
  QUOTH_ASSERT(name.find(':') == std::string_view::npos);
  QUOTH_ASSERT(name.find("\r\n") == std::string_view::npos);
  QUOTH_ASSERT(name.empty() || (!is_white(name.front()) && !is_white(name.back())));
}

/// No line end in it ends the field.
void check_value(std::string_view value) {
  for (std::size_t at = value.find("\r\n"); at != std::string_view::npos;
       at = value.find("\r\n", at + 1)) {
    QUOTH_ASSERT(at + 2 < value.size() && is_white(value[at + 2]));
  }
  QUOTH_ASSERT(quoth::mail::unfold(value).find("\r\n") == std::string::npos);
}

void check_places(const HeaderSection& section, std::string_view text) {
  const char* at = text.data();
  for (const HeaderField& field : section.fields()) {
    QUOTH_ASSERT(field.name.data() >= at);
    QUOTH_ASSERT(field.value.data() > field.name.data() + field.name.size());
    at = field.value.data() + field.value.size();
    QUOTH_ASSERT(at <= text.data() + text.size());
    check_name(field.name);
    check_value(field.value);
    QUOTH_ASSERT(section.find(field.name).has_value() && section.count(field.name) > 0);
  }
}

void check_again(const HeaderSection& section) {
  std::string written;
  for (const HeaderField& field : section.fields()) {
    written.append(field.name).append(":").append(field.value).append("\r\n");
  }
  written += "\r\n";
  const HeaderSection again{written};
  QUOTH_ASSERT(again.fields().size() == section.fields().size());
  for (std::size_t i = 0; i < again.fields().size(); ++i) {
    QUOTH_ASSERT(again.fields()[i].name == section.fields()[i].name);
    QUOTH_ASSERT(again.fields()[i].value == section.fields()[i].value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const HeaderSection all{text};
  check_places(all, text);
  check_again(all);

  quoth::mail::ReceivedCounter counter;
  const HeaderSection section{text.substr(0, counter.feed(text))};
  QUOTH_ASSERT(section.count("Received") == counter.count());
  return 0;
}
