#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/asio/generic/stream_protocol.hpp>

#include <quoth/result.hpp>
#include <quoth/tls.hpp>

namespace quoth::net {

/// What a header of the PROXY protocol says (its specification of 2020/03/05).
struct ProxyHeader {
  using Endpoint = boost::asio::generic::stream_protocol::endpoint;

  /// The two ends of the connection that the proxy took: TCP, or Unix sockets.
  struct Addresses {
    Endpoint client;
    Endpoint server;
  };

  /// The peer speaks for itself ("LOCAL"), such as to see whether we live: its own addresses count.
  bool is_local = false;
  /// None: it speaks for itself, or does not know for whom ("UNKNOWN", AF_UNSPEC).
  std::optional<Addresses> addresses{};
  std::string authority{};  ///< The host name that the client asked for, in lower case.
  std::string protocol{};   ///< ALPN: octets.
  std::string unique_id{};  ///< Octets, at most 128.
  std::string network_namespace{};
  /// Between the client and the proxy. `cipher_bits` is not told; a client's certificate has its
  /// common name alone.
  std::optional<TlsFacts> tls{};
  std::string signature_algorithm{};  ///< Of the certificate that the proxy showed: "SHA256".
  std::string key_algorithm{};        ///< Of its key: "RSA2048".
};

/// What can be wrong with such a header.
enum class ProxyErrc {
  no_header = 1,  ///< Something else came.
  line_too_long,  ///< Version 1: over 107 octets.
  bad_line,       ///< Version 1.
  bad_version,    ///< Version 2: neither LOCAL nor PROXY, or another version.
  bad_family,     ///< Version 2: not TCP, nor a Unix stream.
  too_long,       ///< Version 2: over 4096 octets behind the sixteenth.
  too_short,      ///< Version 2: no room for the addresses.
  bad_field,      ///< Version 2: a field (TLV) that is broken, or has no such value.
  repeated_field,
  bad_checksum,
};

[[nodiscard]] error_code make_error_code(ProxyErrc errc) noexcept;

/// Reads a header of version 1 or 2, without I/O. It never asks for an octet that may belong to
/// what follows, which somebody else is to read.
class ProxyHeaderParser {
 public:
  static constexpr std::size_t longest_line = 107;     ///< Version 1, with its CRLF (section 2.1).
  static constexpr std::size_t longest_block = 4096;   ///< Version 2, behind the first 16 octets.
  static constexpr std::size_t shortest_header = 15;   ///< "PROXY UNKNOWN" CRLF.
  static constexpr std::size_t fixed_part_bytes = 16;  ///< Version 2 (section 2.2).

  /// How many more octets belong to the header for certain; there may be more then. 0: it is
  /// complete, or broken.
  [[nodiscard]] std::size_t wanted() const noexcept { return wanted_; }

  /// Takes octets, at most wanted() of them: the header once it is complete, none before. What is
  /// wrong is said as soon as it is seen.
  [[nodiscard]] Result<std::optional<ProxyHeader>> feed(std::string_view octets);

 private:
  [[nodiscard]] Result<std::optional<ProxyHeader>> parse();
  [[nodiscard]] Result<std::optional<ProxyHeader>> parse_line();
  [[nodiscard]] Result<std::optional<ProxyHeader>> parse_block();

  std::string octets_;
  std::size_t wanted_ = shortest_header;
};

}  // namespace quoth::net

template <>
struct boost::system::is_error_code_enum<quoth::net::ProxyErrc> : std::true_type {};
