#include "conform/scram.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/base64.hpp"
#include "crypto/hash.hpp"
#include "crypto/pbkdf2.hpp"

namespace quoth::conform {
namespace {

// More would only cost us time: nobody asks for so many.
constexpr std::uint32_t max_iterations = 1'000'000;
constexpr std::uint32_t min_iterations = 4096;  // RFC 5802 §5.1, RFC 7677 §4

/// What stands behind "x=" between commas; none: no attribute begins so.
std::optional<std::string_view> attribute(std::string_view message, char name) {
  while (!message.empty()) {
    const std::size_t comma = std::min(message.find(','), message.size());
    const std::string_view each = message.substr(0, comma);
    if (each.size() >= 2 && each[0] == name && each[1] == '=') return each.substr(2);
    message.remove_prefix(std::min(comma + 1, message.size()));
  }
  return std::nullopt;
}

std::string exclusive_or(std::string_view a, std::string_view b) {
  std::string result{a};
  for (std::size_t i = 0; i < result.size() && i < b.size(); ++i) {
    result[i] =
        static_cast<char>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return result;
}

/// What a server's first message says.
struct ServerFirst {
  std::string nonce;
  std::string salt;
  std::uint32_t iterations = 0;
  std::string problem = {};
};

ServerFirst read_first(std::string_view message, std::string_view our_nonce) {
  ServerFirst result;
  const auto nonce = attribute(message, 'r');
  const auto salt = attribute(message, 's');
  const auto count = attribute(message, 'i');
  if (!nonce || !salt || !count) {
    result.problem = fmt::format("r=, s= or i= is missing from \"{}\"", message);
    return result;
  }
  result.nonce = *nonce;
  const std::optional<std::string> octets = decode_base64(*salt);
  const auto [stop, error] =
      std::from_chars(count->data(), count->data() + count->size(), result.iterations);
  if (!nonce->starts_with(our_nonce) || nonce->size() == our_nonce.size()) {
    result.problem = "the nonce is not ours with more behind it";
  } else if (!octets || octets->empty()) {
    result.problem = "the salt is no Base64";
  } else if (error != std::errc{} || stop != count->data() + count->size() ||
             result.iterations < min_iterations || result.iterations > max_iterations) {
    result.problem = fmt::format("{} iterations, where 4096 are the least", *count);
  } else {
    result.salt = *octets;
  }
  return result;
}

}  // namespace

ScramClient::ScramClient(const Scram& how, std::string password, std::string nonce,
                         std::string channel)
    : how_{how},
      password_{std::move(password)},
      nonce_{std::move(nonce)},
      channel_{std::move(channel)} {}

std::string ScramClient::first(std::string_view user) {
  first_bare_ = fmt::format("n={},r={}", user, nonce_);
  if (how_.fault == ScramFault::extension) first_bare_.insert(0, "m=x,");
  return how_.header + first_bare_;
}

/// What c= holds (RFC 5802 §5.1).
std::string ScramClient::binding() const {
  std::string header = how_.fault == ScramFault::binding ? "y,," : how_.header;
  std::string octets = how_.header.starts_with('p') ? channel_ : std::string{};
  if (how_.fault == ScramFault::channel && !octets.empty()) octets.front() ^= 1;
  return encode_base64(header + octets);
}

ScramClient::Last ScramClient::last(std::string_view server_first) {
  Last result;
  const ServerFirst said = read_first(server_first, nonce_);
  result.problem = said.problem;
  if (!result.problem.empty()) return result;
  std::string nonce = said.nonce;
  if (how_.fault == ScramFault::nonce) nonce.back() = nonce.back() == 'x' ? 'y' : 'x';
  if (how_.fault == ScramFault::own_nonce) nonce = nonce_;
  const std::string without_proof = fmt::format("c={},r={}", binding(), nonce);
  // RFC 5802 §3.
  const crypto::Hash hash = how_.is_sha256 ? crypto::Hash::sha256 : crypto::Hash::sha1;
  const std::string salted = crypto::pbkdf2(hash, password_, said.salt, said.iterations);
  const std::string client_key = crypto::hmac(hash, salted, "Client Key");
  const std::string signed_text = fmt::format("{},{},{}", first_bare_, server_first, without_proof);
  const std::string signature = crypto::hmac(hash, crypto::digest(hash, client_key), signed_text);
  std::string proof = exclusive_or(client_key, signature);
  server_signature_ = crypto::hmac(hash, crypto::hmac(hash, salted, "Server Key"), signed_text);
  if (how_.fault == ScramFault::proof) proof.front() ^= 1;
  if (how_.fault == ScramFault::short_proof) proof.resize(proof.size() - 1);
  result.message = how_.fault == ScramFault::no_proof
                       ? without_proof
                       : fmt::format("{},p={}", without_proof, encode_base64(proof));
  return result;
}

std::string ScramClient::problem_of_end(std::string_view server_final) const {
  const auto value = attribute(server_final, 'v');
  if (!value) return fmt::format("v= is missing from \"{}\"", server_final);
  const std::optional<std::string> octets = decode_base64(*value);
  return octets && *octets == server_signature_
             ? std::string{}
             : "the server does not prove that it knows the keys";
}

}  // namespace quoth::conform
