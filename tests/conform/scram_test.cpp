// The battery's own SCRAM, and its headers and hellos, against what is published of them.
#include "conform/scram.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conform/client_hello.hpp"
#include "conform/proxy_header.hpp"

namespace quoth::conform {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// RFC 7677 §3.
constexpr const char* nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr const char* server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

TEST(ScramClient, Sha256AsPublished) {
  const Scram how;
  ScramClient client{how, "pencil", nonce, ""};
  EXPECT_EQ(client.first("user"), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(client.last(server_first).message,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(client.problem_of_end("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), "");
  EXPECT_NE(client.problem_of_end("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), "");
  EXPECT_NE(client.problem_of_end("e=other-error"), "");
}

TEST(ScramClient, Sha1AsPublished) {  // RFC 5802 §5
  const Scram how{.is_sha256 = false};
  ScramClient client{how, "pencil", "fyko+d2lbbFgONRv9qkxdawL", ""};
  EXPECT_EQ(client.first("user"), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  const ScramClient::Last last =
      client.last("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096");
  EXPECT_EQ(last.message,
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  EXPECT_EQ(client.problem_of_end("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "");
}

TEST(ScramClient, LooksAtWhatTheServerSays) {
  const Scram how;
  const auto problem = [&how](const std::string& message) {
    ScramClient client{how, "pencil", nonce, ""};
    static_cast<void>(client.first("user"));
    return client.last(message).problem;
  };
  EXPECT_EQ(problem(server_first), "");
  EXPECT_THAT(problem("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
              HasSubstr("nonce"));
  EXPECT_THAT(problem("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"), HasSubstr("nonce"));
  EXPECT_THAT(problem("r=rOprNGfwEbeRWgbNEkqOx,s=!,i=4096"), HasSubstr("salt"));
  EXPECT_THAT(problem("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1"),
              HasSubstr("iterations"));
  EXPECT_THAT(problem("r=rOprNGfwEbeRWgbNEkqOx"), HasSubstr("missing"));
}

TEST(ScramClient, Faults) {
  const auto message = [](ScramFault fault) {
    const Scram how{.fault = fault};
    ScramClient client{how, "pencil", nonce, ""};
    static_cast<void>(client.first("user"));
    return client.last(server_first).message;
  };
  const std::string right = message(ScramFault::nothing);
  for (const ScramFault fault :
       {ScramFault::nonce, ScramFault::own_nonce, ScramFault::proof, ScramFault::no_proof,
        ScramFault::short_proof, ScramFault::binding}) {
    EXPECT_NE(message(fault), right) << static_cast<int>(fault);
  }
  EXPECT_THAT(message(ScramFault::binding), StartsWith("c=eSws,"));
}

TEST(ProxyHeader, Version2) {
  const std::string header = proxy_v2('\x21', '\x11', proxy_v2_addresses());
  EXPECT_EQ(header.size(), 28U);
  EXPECT_EQ(header[15], 12);
  const std::string with_crc = proxy_v2_with_crc(proxy_v2_addresses(), false);
  EXPECT_EQ(with_crc.size(), 35U);
  EXPECT_EQ(with_crc[15], 19);
  EXPECT_NE(with_crc, proxy_v2_with_crc(proxy_v2_addresses(), true));
  EXPECT_EQ(proxy_v1(-1), "PROXY UNKNOWN\r\n");
}

TEST(ClientHello, HasItsLengths) {
  ClientHello hello;
  hello.server_name = "mx.example.org";
  const std::string octets = hello.octets();
  const auto at = [&octets](std::size_t i) { return static_cast<unsigned char>(octets[i]); };
  EXPECT_EQ(at(0), 0x16);
  EXPECT_EQ(at(3) * 256U + at(4), octets.size() - 5);
  EXPECT_EQ(at(6) * 65536U + at(7) * 256U + at(8), octets.size() - 9);
  EXPECT_THAT(octets, HasSubstr("mx.example.org"));
  EXPECT_EQ(ClientHello{.version = 0x0300}.octets().substr(0, 3), std::string("\x16\x03\0", 3));
}

}  // namespace
}  // namespace quoth::conform
