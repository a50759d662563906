#include "crypto/hash.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/hex.hpp"

namespace quoth::crypto {
namespace {

using test::from_hex;

TEST(Digest, OfKnownTexts) {
  EXPECT_EQ(digest(Hash::sha1, "abc"), from_hex("a9993e364706816aba3e25717850c26c9cd0d89d"));
  EXPECT_EQ(digest(Hash::sha1, {}), from_hex("da39a3ee5e6b4b0d3255bfef95601890afd80709"));
  EXPECT_EQ(digest(Hash::sha256, "abc"),
            from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  EXPECT_EQ(digest(Hash::sha256, ""),
            from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  EXPECT_EQ(digest(Hash::sha1, "").size(), digest_bytes(Hash::sha1));
  EXPECT_EQ(digest(Hash::sha256, "").size(), digest_bytes(Hash::sha256));
}

struct HmacCase {
  std::string key;
  std::string octets;
  std::string_view mac;
};

// RFC 4231 §4.2 to §4.4, §4.7 and §4.8: the keys are short, ASCII, of high octets, longer than a
// block.
TEST(Hmac, Sha256OfRfc4231) {
  const HmacCase cases[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const HmacCase& each : cases) {
    EXPECT_EQ(hmac(Hash::sha256, each.key, each.octets), from_hex(each.mac)) << each.octets;
  }
}

// RFC 2202 §3.
TEST(Hmac, Sha1OfRfc2202) {
  EXPECT_EQ(hmac(Hash::sha1, std::string(20, '\x0b'), "Hi There"),
            from_hex("b617318655057264e28bc0b6fb378c8ef146be00"));
  EXPECT_EQ(hmac(Hash::sha1, "Jefe", "what do ya want for nothing?"),
            from_hex("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
}

TEST(Hmac, OfNothing) {
  EXPECT_EQ(hmac(Hash::sha256, {}, {}),
            from_hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
  EXPECT_EQ(hmac(Hash::sha1, {}, {}), from_hex("fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"));
}

}  // namespace
}  // namespace quoth::crypto
