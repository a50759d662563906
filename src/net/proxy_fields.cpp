// The fields of version 2 of the PROXY protocol: type, length, value (sections 2.2.1 to 2.2.7 of
// its specification).
#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "net/crc32c.hpp"
#include "net/proxy_header.hpp"
#include "net/proxy_versions.hpp"

namespace quoth::net::proxy {
namespace {

/// The types that are known; others are passed over.
enum Type : unsigned char {
  alpn = 0x01,
  authority = 0x02,
  crc32c = 0x03,
  noop = 0x04,
  unique_id = 0x05,
  ssl = 0x20,
  ssl_version = 0x21,
  ssl_cn = 0x22,
  ssl_cipher = 0x23,
  ssl_sig_alg = 0x24,
  ssl_key_alg = 0x25,
  netns = 0x30,
};

constexpr std::size_t longest_text = 255;
constexpr std::size_t longest_unique_id = 128;

unsigned octet_at(std::string_view octets, std::size_t place) noexcept {
  return static_cast<unsigned char>(octets[place]);
}

struct Field {
  unsigned type;
  std::string_view value;
};

/// Walks through fields that follow one another, and checks their lengths.
class Fields {
 public:
  explicit Fields(std::string_view octets) noexcept : rest_{octets} {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  [[nodiscard]] Result<Field> next() {
    constexpr std::size_t head = 3;
    if (rest_.size() < head) return ProxyErrc::bad_field;
    const unsigned type = octet_at(rest_, 0);
    const std::size_t size = (octet_at(rest_, 1) << 8U) | octet_at(rest_, 2);
    if (rest_.size() - head < size) return ProxyErrc::bad_field;
    const Field field{type, rest_.substr(head, size)};
    rest_.remove_prefix(head + size);
    if (is_single(type) && seen_[type]) return ProxyErrc::repeated_field;
    seen_.set(type);
    return field;
  }

 private:
  static bool is_single(unsigned type) noexcept {
    const bool is_known =
        type <= unique_id || (type >= ssl && type <= ssl_key_alg) || type == netns;
    return is_known && type != noop;
  }

  std::string_view rest_;
  std::bitset<256> seen_;
};

/// Takes a text for people; it may be UTF-8, as in names of certificates.
Result<void> take_text(std::string_view value, std::string& to) {
  const bool is_good = !value.empty() && value.size() <= longest_text &&
                       std::ranges::none_of(value, ascii::is_control);
  if (!is_good) return ProxyErrc::bad_field;
  to = value;
  return {};
}

Result<void> take_octets(std::string_view value, std::size_t longest, std::string& to) {
  if (value.empty() || value.size() > longest) return ProxyErrc::bad_field;
  to = value;
  return {};
}

bool is_label(std::string_view text) noexcept {
  constexpr std::size_t longest_label = 63;  // RFC 1035 §2.3.4
  return !text.empty() && text.size() <= longest_label && text.front() != '-' &&
         text.back() != '-' && std::ranges::all_of(text, [](char c) {
           return ascii::is_alnum(c) || c == '-' || c == '_';
         });
}

/// A host name as SNI has it (RFC 6066 §3): ASCII, without a dot at its end.
bool is_host_name(std::string_view name) noexcept {
  if (name.size() > longest_text) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

Result<void> take_host_name(std::string_view value, std::string& to) {
  if (!is_host_name(value)) return ProxyErrc::bad_field;
  to = ascii::lower(value);
  return {};
}

/// `value` is a part of `header`: where it stands, there were zeros when the sum was made.
Result<void> check_sum(std::string_view header, std::string_view value) {
  constexpr std::string_view zeros{"\0\0\0\0", 4};
  if (value.size() != zeros.size()) return ProxyErrc::bad_field;
  const auto place = static_cast<std::size_t>(value.data() - header.data());
  Crc32c sum;
  sum.add(header.substr(0, place));
  sum.add(zeros);
  sum.add(header.substr(place + zeros.size()));
  std::uint32_t told = 0;
  for (std::size_t i = 0; i < value.size(); ++i) told = (told << 8U) | octet_at(value, i);
  if (told != sum.value()) return ProxyErrc::bad_checksum;
  return {};
}

/// What the proxy tells of TLS between its client and itself (section 2.2.5).
class TlsField {
 public:
  Result<void> read(std::string_view value);
  void store(ProxyHeader& header) &&;

 private:
  enum Bits : unsigned char { over_tls = 1, certificate_now = 2, certificate_before = 4 };
  static constexpr std::size_t head_bytes = 5;

  Result<void> read_inner(const Field& field);

  unsigned bits_ = 0;
  bool is_verified_ = false;
  TlsFacts facts_{};
  std::string common_name_;
  std::string signature_algorithm_;
  std::string key_algorithm_;
};

Result<void> TlsField::read(std::string_view value) {
  if (value.size() < head_bytes) return ProxyErrc::bad_field;
  bits_ = octet_at(value, 0);
  // Zero if there was a certificate, and it was good.
  is_verified_ = value.substr(1, 4) == std::string_view{"\0\0\0\0", 4};
  Fields fields{value.substr(head_bytes)};
  while (!fields.at_end()) {
    const Result<Field> field = fields.next();
    if (!field) return field.error();
    if (Result<void> read = read_inner(*field); !read) return read.error();
  }
  return {};
}

Result<void> TlsField::read_inner(const Field& field) {
  switch (field.type) {
    case ssl_version: return take_text(field.value, facts_.version);
    case ssl_cn: return take_text(field.value, common_name_);
    case ssl_cipher: return take_text(field.value, facts_.cipher);
    case ssl_sig_alg: return take_text(field.value, signature_algorithm_);
    case ssl_key_alg: return take_text(field.value, key_algorithm_);
    default: return {};
  }
}

void TlsField::store(ProxyHeader& header) && {
  if ((bits_ & over_tls) == 0) return;
  const bool has_now = (bits_ & certificate_now) != 0;
  const bool had_before = (bits_ & certificate_before) != 0;
  facts_.is_resumed = had_before && !has_now;
  if (has_now || had_before) {
    PeerCertificate client{};
    client.common_name = std::move(common_name_);
    client.is_trusted = is_verified_;
    facts_.client = std::move(client);
  }
  header.signature_algorithm = std::move(signature_algorithm_);
  header.key_algorithm = std::move(key_algorithm_);
  header.tls = std::move(facts_);
}

Result<void> read_field(std::string_view header, const Field& field, ProxyHeader& result) {
  switch (field.type) {
    case alpn: return take_octets(field.value, longest_text, result.protocol);
    case authority: return take_host_name(field.value, result.authority);
    case crc32c: return check_sum(header, field.value);
    case unique_id: return take_octets(field.value, longest_unique_id, result.unique_id);
    case netns: return take_text(field.value, result.network_namespace);
    case ssl: {
      TlsField tls;
      if (Result<void> read = tls.read(field.value); !read) return read.error();
      std::move(tls).store(result);
      return {};
    }
    default: return {};
  }
}

}  // namespace

Result<void> read_fields(std::string_view header, std::size_t begin, ProxyHeader& result) {
  Fields fields{header.substr(begin)};
  while (!fields.at_end()) {
    const Result<Field> field = fields.next();
    if (!field) return field.error();
    if (Result<void> read = read_field(header, *field, result); !read) return read.error();
  }
  if (result.tls) result.tls->server_name = result.authority;
  return {};
}

}  // namespace quoth::net::proxy
