#include "crypto/pbkdf2.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "support/hex.hpp"

namespace quoth::crypto {
namespace {

using test::from_hex;

// RFC 6070 §2; those of 25 and of 16 octets are longer or shorter than a digest.
TEST(Pbkdf2, Sha1OfRfc6070) {
  EXPECT_EQ(pbkdf2(Hash::sha1, "password", "salt", 1),
            from_hex("0c60c80f961f0e71f3a9b524af6012062fe037a6"));
  EXPECT_EQ(pbkdf2(Hash::sha1, "password", "salt", 2),
            from_hex("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"));
  EXPECT_EQ(pbkdf2(Hash::sha1, "password", "salt", 4096),
            from_hex("4b007901b765489abead49d926f721d065a429c1"));
}

// RFC 7914 §11, the first 32 of its 64 octets.
TEST(Pbkdf2, Sha256OfRfc7914) {
  EXPECT_EQ(pbkdf2(Hash::sha256, "passwd", "salt", 1),
            from_hex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"));
  EXPECT_EQ(pbkdf2(Hash::sha256, "Password", "NaCl", 80000),
            from_hex("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"));
}

// RFC 6070 §2: NUL is an octet like others.
TEST(Pbkdf2, NulIsPartOfThePassword) {
  const std::string_view password{"pass\0word", 9};
  const std::string_view salt{"sa\0lt", 5};
  EXPECT_TRUE(pbkdf2(Hash::sha1, password, salt, 4096)
                  .starts_with(from_hex("56fa6aa75548099dcc37d7f03425e0c3")));
  EXPECT_NE(pbkdf2(Hash::sha1, password, salt, 1), pbkdf2(Hash::sha1, "pass", salt, 1));
}

TEST(Pbkdf2, OfNothing) {
  EXPECT_EQ(pbkdf2(Hash::sha256, {}, {}, 1), pbkdf2(Hash::sha256, "", "", 1));
  EXPECT_NE(pbkdf2(Hash::sha256, {}, "salt", 1), pbkdf2(Hash::sha256, "x", "salt", 1));
}

TEST(Pbkdf2, IterationsOutOfRangeThrow) {
  EXPECT_THROW(static_cast<void>(pbkdf2(Hash::sha1, "a", "b", 0)), std::runtime_error);
  EXPECT_THROW(static_cast<void>(pbkdf2(Hash::sha1, "a", "b", 0x80000000U)), std::runtime_error);
}

}  // namespace
}  // namespace quoth::crypto
