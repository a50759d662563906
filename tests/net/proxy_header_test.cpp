#include "net/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/un.h>
#include <gtest/gtest.h>

#include "net/address.hpp"
#include "net/crc32c.hpp"

namespace quoth::net {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::string_view signature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::string_view next = "EHLO client.example\r\n";

std::string big_endian(std::size_t value, int octets) {
  std::string result;
  for (int i = octets - 1; i >= 0; --i) {
    result += static_cast<char>(value >> (8U * static_cast<unsigned>(i)));
  }
  return result;
}

std::string field(int type, std::string_view value) {
  return static_cast<char>(type) + big_endian(value.size(), 2) + std::string{value};
}

std::string v2(int command, int family, std::string_view block) {
  return std::string{signature} + static_cast<char>(command) + static_cast<char>(family) +
         big_endian(block.size(), 2) + std::string{block};
}

/// 192.0.2.7:1000 to 198.51.100.1:25.
const std::string v4_addresses = "\xc0\x00\x02\x07\xc6\x33\x64\x01\x03\xe8\x00\x19"s;
const std::string v4_header = v2(0x21, 0x11, v4_addresses);

std::string v4_with(std::string_view fields) {
  return v2(0x21, 0x11, v4_addresses + std::string{fields});
}

/// The same with its checksum in front.
std::string v4_summed(std::string_view fields, std::uint32_t change = 0) {
  std::string header = v4_with(field(0x03, "\0\0\0\0"sv) + std::string{fields});
  Crc32c sum;
  sum.add(header);
  header.replace(16 + 12 + 3, 4, big_endian(sum.value() ^ change, 4));
  return header;
}

struct Outcome {
  Result<ProxyHeader> header = ProxyErrc::no_header;
  std::size_t taken = 0;
  std::size_t reads = 0;
  bool is_waiting = false;
};

/// Feeds at most `piece` octets at a time, and never more than is certain.
Outcome read(std::string_view octets, std::size_t piece = 1000000, std::size_t first = 0) {
  ProxyHeaderParser parser;
  Outcome outcome;
  std::size_t most = first > 0 ? first : piece;
  while (outcome.taken < octets.size()) {
    const std::size_t size = std::min({parser.wanted(), most, octets.size() - outcome.taken});
    EXPECT_GT(size, 0U);
    if (size == 0) break;
    Result<std::optional<ProxyHeader>> fed = parser.feed(octets.substr(outcome.taken, size));
    outcome.taken += size;
    ++outcome.reads;
    most = piece;
    if (!fed || *fed) {
      EXPECT_EQ(parser.wanted(), 0U);
      outcome.header = fed ? Result<ProxyHeader>{**std::move(fed)} : fed.error();
      return outcome;
    }
    EXPECT_GT(parser.wanted(), 0U);
  }
  outcome.is_waiting = true;
  return outcome;
}

std::string describe(const ProxyHeader& header) {
  std::string result = "own";
  if (header.addresses) {
    const ProxyHeader::Addresses& ends = *header.addresses;
    result = host_port(ends.client).to_string() + " > " + host_port(ends.server).to_string();
  }
  for (const std::string* text :
       {&header.authority, &header.protocol, &header.unique_id, &header.network_namespace,
        &header.signature_algorithm, &header.key_algorithm}) {
    if (!text->empty()) result += ' ' + *text;
  }
  if (!header.tls) return result;
  result += " tls " + header.tls->version + ' ' + header.tls->cipher;
  if (header.tls->is_resumed) result += " resumed";
  if (!header.tls->client) return result;
  return result + " by " + header.tls->client->common_name +
         (header.tls->client->is_trusted ? " trusted" : " untrusted");
}

std::string words(const Outcome& outcome) {
  if (outcome.is_waiting) return "waiting";
  return outcome.header ? describe(*outcome.header) : outcome.header.error().message();
}

/// What comes of `header`, however it is cut; and nothing behind it is taken.
std::string read_in_all_ways(const std::string& header) {
  const std::string stream = header + std::string{next};
  const Outcome whole = read(stream);
  EXPECT_TRUE(!whole.header || whole.taken == header.size());
  for (std::size_t piece = 1; piece < 8; ++piece)
    EXPECT_EQ(words(read(stream, piece)), words(whole));
  for (std::size_t cut = 1; cut < header.size(); ++cut) {
    EXPECT_EQ(words(read(stream, 1000000, cut)), words(whole)) << cut;
    EXPECT_TRUE(!whole.header || read(stream.substr(0, cut)).is_waiting) << cut;
  }
  return words(whole);
}

struct Case {
  std::string header;
  std::string expected;
};

TEST(ProxyHeaderV1, ReadsAddresses) {
  const std::vector<Case> cases{
      {"PROXY TCP4 192.0.2.7 198.51.100.1 1000 25\r\n", "192.0.2.7:1000 > 198.51.100.1:25"},
      {"PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0 > 0.0.0.0:0"},
      {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
       "255.255.255.255:65535 > 255.255.255.255:65535"},
      {"PROXY TCP6 :: ::1 0 0\r\n", "[::]:0 > [::1]:0"},
      {"PROXY TCP6 2001:db8::7 2001:db8::1 1000 25\r\n", "[2001:db8::7]:1000 > [2001:db8::1]:25"},
      {"PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n", "192.0.2.7:1 > [::1]:2"},
      {"PROXY UNKNOWN\r\n", "own"},
      {"PROXY UNKNOWN anything at all\r\n", "own"},
      {"PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
       "own"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(read_in_all_ways(each.header), each.expected) << each.header;
}

TEST(ProxyHeaderV1, NeedsFewReads) {
  EXPECT_LE(read("PROXY TCP4 192.168.100.100 198.51.100.100 51234 25\r\n").reads, 10U);
  EXPECT_LE(read("PROXY TCP6 2001:db8:1111:2222:3333:4444:5555:6666 "
                 "2001:db8:1111:2222:3333:4444:5555:7777 51234 25\r\n")
                .reads,
            20U);
}

TEST(ProxyHeaderV1, RefusesWhatIsBroken) {
  for (const std::string& line : {
           "PROXY TCP4 192.0.2.07 198.51.100.1 1000 25\r\n"s,
           "PROXY TCP4 192.0.2 198.51.100.1 1000 25\r\n"s,
           "PROXY TCP4 192.0.2.256 198.51.100.1 1000 25\r\n"s,
           "PROXY TCP4 ::1 ::1 1000 25\r\n"s,
           "PROXY TCP6 192.0.2.7 198.51.100.1 1000 25\r\n"s,
           "PROXY TCP6 fe80::1%eth0 ::1 1000 25\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 65536 25\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 01 25\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 +1 25\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 -1 25\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25 \r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25 7\r\n"s,
           "PROXY TCP4  192.0.2.7 198.51.100.1 1000 25\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 1000 \r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 1000\r\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25\n"s,
           "PROXY TCP4 192.0.2.7 198.51.100.1 1000 25\r\r\n"s,
           "PROXY TCP4 192.0.2.7\0 198.51.100.1 1000 25\r\n"s,
           "PROXY TCP4 \r\n      \r\n"s,
           "PROXY UNKNOWN a\rb\r\n"s,
           "PROXY UNKNOWN \n"s,
       }) {
    EXPECT_EQ(read_in_all_ways(line), "malformed PROXY header") << line;
  }
}

TEST(ProxyHeaderV1, HasAtMost107Octets) {
  const std::string begin = "PROXY UNKNOWN ";
  const std::string longest = begin + std::string(107 - begin.size() - 2, 'x') + "\r\n";
  EXPECT_EQ(read_in_all_ways(longest), "own");
  const std::string longer = begin + std::string(107 - begin.size() - 1, 'x') + "\r\n";
  EXPECT_EQ(read_in_all_ways(longer), "PROXY header longer than 107 octets");
  EXPECT_LE(read(begin + std::string(1000, 'x')).taken, 107U);
  EXPECT_LE(read("PROXY TCP4 " + std::string(1000, '1')).taken, 107U);
}

TEST(ProxyHeader, SomethingElseIsRefusedAtItsFirstOctet) {
  for (const std::string& text :
       {"EHLO x\r\n"s, "\x16\x03\x01\x02"s, "PROXY TCP5 "s, "PROXY UDP4 "s, "PROXY  TCP4 "s,
        "proxy TCP4 1.1.1.1 "s, "PROXY UNKNOWNX\r\n"s, "\r\n\r\n\0\r\nQUIT\r"s, "\r\n\r\nX"s}) {
    EXPECT_EQ(words(read(text)), "no PROXY header") << text;
    EXPECT_EQ(words(read(text, 1)), "no PROXY header") << text;
  }
  EXPECT_EQ(read("EHLO x\r\n", 1).taken, 1U);
}

TEST(ProxyHeaderV2, ReadsAddresses) {
  const std::string v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07"s;
  const std::vector<Case> cases{
      {v4_header, "192.0.2.7:1000 > 198.51.100.1:25"},
      {v2(0x21, 0x21, v6 + v6 + "\x03\xe8\x00\x19"s), "[2001:db8::7]:1000 > [2001:db8::7]:25"},
      {v2(0x21, 0x00, ""), "own"},
      {v2(0x20, 0x00, ""), "own"},
      {v2(0x20, 0x11, v4_addresses), "own"},
      {v2(0x20, 0xff, "anything"), "own"},
      {v2(0x20, 0x00, std::string(4096, 'x')), "own"},
  };
  for (const Case& each : cases) EXPECT_EQ(read_in_all_ways(each.header), each.expected);
}

TEST(ProxyHeaderV2, ReadsUnixSockets) {
  std::string paths = "/run/client.sock";
  paths.resize(2 * 108);
  const Outcome outcome = read(v2(0x21, 0x31, paths));
  ASSERT_TRUE(outcome.header && outcome.header->addresses);
  const ProxyHeader::Endpoint& client = outcome.header->addresses->client;
  EXPECT_EQ(client.protocol().family(), AF_UNIX);
  sockaddr_un address{};
  std::memcpy(&address, client.data(), std::min(client.size(), sizeof address));
  EXPECT_STREQ(address.sun_path, "/run/client.sock");
  EXPECT_TRUE(host_port(client).host.empty());
  paths.pop_back();
  EXPECT_EQ(words(read(v2(0x21, 0x31, paths))), "PROXY header without its addresses");
}

TEST(ProxyHeaderV2, RefusesWhatIsBroken) {
  const std::vector<Case> cases{
      {v2(0x11, 0x11, v4_addresses), "PROXY header of an unknown version or command"},
      {v2(0x31, 0x11, v4_addresses), "PROXY header of an unknown version or command"},
      {v2(0x22, 0x11, v4_addresses), "PROXY header of an unknown version or command"},
      {v2(0x21, 0x12, v4_addresses), "PROXY header for something else than a stream"},
      {v2(0x21, 0x10, v4_addresses), "PROXY header for something else than a stream"},
      {v2(0x21, 0x01, v4_addresses), "PROXY header for something else than a stream"},
      {v2(0x21, 0x41, v4_addresses), "PROXY header for something else than a stream"},
      {v2(0x21, 0x11, v4_addresses.substr(1)), "PROXY header without its addresses"},
      {v2(0x21, 0x21, v4_addresses), "PROXY header without its addresses"},
      {v2(0x21, 0x11, ""), "PROXY header without its addresses"},
      {v4_with(field(0x04, std::string(4096 - 12 - 2, 'x'))),
       "PROXY header longer than 4096 octets"},
  };
  for (const Case& each : cases) EXPECT_EQ(read_in_all_ways(each.header), each.expected);
  EXPECT_EQ(words(read(v4_with(field(0x04, std::string(4096 - 12 - 3, 'x'))))),
            "192.0.2.7:1000 > 198.51.100.1:25");
}

TEST(ProxyHeaderV2, ReadsFields) {
  const std::string plain = "192.0.2.7:1000 > 198.51.100.1:25";
  const std::vector<Case> cases{
      {field(0x01, "smtp"), " smtp"},
      {field(0x02, "MX.Example.ORG"), " mx.example.org"},
      {field(0x04, ""), ""},
      {field(0x04, "") + field(0x04, "padding"), ""},
      {field(0x05, std::string(128, 'u')), " " + std::string(128, 'u')},
      {field(0x30, "blue"), " blue"},
      {field(0xea, "vpce") + field(0xea, "twice is fine: unknown"), ""},
      {field(0x01, "h2") + field(0x02, "a.example"), " a.example h2"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(read_in_all_ways(v4_with(each.header)), plain + each.expected);
}

TEST(ProxyHeaderV2, RefusesBrokenFields) {
  const std::vector<std::string> broken{
      "\x04"s,
      "\x04\x00"s,
      "\x04\x00\x01"s,
      "\x04\xff\xffx"s,
      field(0x01, ""),
      field(0x01, std::string(256, 'a')),
      field(0x02, ""),
      field(0x02, "a..example"),
      field(0x02, "a.example."),
      field(0x02, "-a.example"),
      field(0x02, "a b"),
      field(0x02, "a\r\nb"),
      field(0x02, std::string(64, 'a')),
      field(0x03, ""),
      field(0x03, "abc"),
      field(0x03, "abcde"),
      field(0x05, ""),
      field(0x05, std::string(129, 'u')),
      field(0x30, "a\nb"),
      field(0x30, ""),
      field(0x20, "\1\0\0\0"sv),
      field(0x20, "\1\0\0\0\0\x21"sv),
      field(0x20, "\1\0\0\0\0\x21\0\x05TLS"sv),
      field(0x20, "\1\0\0\0\0\x21\0\0"sv),
      field(0x20, "\1\0\0\0\0\x22\0\3a\nb"sv),
  };
  for (const std::string& fields : broken) {
    EXPECT_EQ(read_in_all_ways(v4_with(fields)), "malformed field in a PROXY header");
  }
}

TEST(ProxyHeaderV2, RefusesRepeatedFields) {
  for (const int type : {0x01, 0x02, 0x05, 0x30}) {
    EXPECT_EQ(words(read(v4_with(field(type, "a") + field(type, "a")))),
              "repeated field in a PROXY header");
  }
  const std::string inner = field(0x21, "TLSv1.3");
  EXPECT_EQ(words(read(v4_with(field(0x20, "\1\0\0\0\0"s + inner + inner)))),
            "repeated field in a PROXY header");
}

TEST(ProxyHeaderV2, ReadsTls) {
  const std::string plain = "192.0.2.7:1000 > 198.51.100.1:25";
  const std::string inner = field(0x21, "TLSv1.3") + field(0x23, "TLS_AES_256_GCM_SHA384") +
                            field(0x24, "SHA256") + field(0x25, "RSA2048");
  const std::string tls = " SHA256 RSA2048 tls TLSv1.3 TLS_AES_256_GCM_SHA384";
  const std::string named = inner + field(0x22, "ann");
  const std::vector<Case> cases{
      {"\1\0\0\0\1"s + inner, tls},
      {"\0\0\0\0\0"s + inner, ""},
      {"\3\0\0\0\0"s + named, tls + " by ann trusted"},
      {"\3\0\0\0\1"s + named, tls + " by ann untrusted"},
      {"\7\0\0\0\0"s + named, tls + " by ann trusted"},
      {"\5\0\0\0\0"s + named, tls + " resumed by ann trusted"},
      {"\1\0\0\0\0"s + named + field(0x2f, "unknown"), tls},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(read_in_all_ways(v4_with(field(0x20, each.header))), plain + each.expected);
  }
  const Outcome outcome =
      read(v4_with(field(0x20, "\1\0\0\0\1"s + inner) + field(0x02, "a.example")));
  ASSERT_TRUE(outcome.header && outcome.header->tls);
  EXPECT_EQ(outcome.header->tls->server_name, "a.example");
}

TEST(ProxyHeaderV2, ChecksTheSum) {
  Crc32c sum;
  sum.add("12345");
  sum.add("6789");
  EXPECT_EQ(sum.value(), 0xe3069283U);  // the check value of CRC-32C's definition
  EXPECT_EQ(read_in_all_ways(v4_summed(field(0x02, "a.example"))),
            "192.0.2.7:1000 > 198.51.100.1:25 a.example");
  EXPECT_EQ(read_in_all_ways(v4_summed("", 1)), "PROXY header with a wrong checksum");
}

// With a sum, no change of one octet passes, but those that leave no sum to be checked.
TEST(ProxyHeaderV2, OneChangedOctetNeverPasses) {
  const std::string good = v4_summed(field(0x02, "a.example"));
  for (std::size_t place = 0; place < good.size(); ++place) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = good;
      changed[place] = static_cast<char>(value);
      if (changed == good) continue;
      const Outcome outcome = read(changed + std::string{next});
      if (outcome.is_waiting || !outcome.header) continue;
      const bool is_local = place == 12 && value == 0x20;
      const bool is_without_fields = place == 15 && value == 12;
      const bool is_sum_unknown = place == 28;
      EXPECT_TRUE(is_local || is_without_fields || is_sum_unknown) << place << ' ' << value;
    }
  }
}

TEST(ProxyHeader, AnyChangedOctetIsSurvived) {
  const std::vector<std::string> headers{
      "PROXY TCP6 2001:db8::7 2001:db8::1 1000 25\r\n", "PROXY UNKNOWN x\r\n",
      v4_with(field(0x20, "\3\0\0\0\0"s + field(0x21, "TLSv1.3")) + field(0x05, "id"))};
  for (const std::string& header : headers) {
    for (std::size_t place = 0; place < header.size(); ++place) {
      for (int value = 0; value < 256; ++value) {
        std::string changed = header;
        changed[place] = static_cast<char>(value);
        const std::string stream = changed + std::string{next};
        EXPECT_EQ(words(read(stream, 1)), words(read(stream)));
      }
    }
  }
}

}  // namespace
}  // namespace quoth::net
