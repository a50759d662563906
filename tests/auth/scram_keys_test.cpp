#include "auth/scram_keys.hpp"

#include <string>

#include <gtest/gtest.h>

#include <quoth/auth.hpp>

#include "core/base64.hpp"

namespace quoth::auth {
namespace {

// Salt and password of RFC 7677 §3; the keys are of another implementation, Python's hashlib.
TEST(ScramKeys, OfAPassword) {
  const ScramKeys keys = make_scram_keys(ScramHash::sha256, "pencil",
                                         decode_base64("W22ZaJ0SNY7soEsUEjb6gQ==").value());
  EXPECT_EQ(encode_base64(keys.stored_key), "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=");
  EXPECT_EQ(encode_base64(keys.server_key), "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
  EXPECT_EQ(keys.iterations, usual_iterations);
  EXPECT_TRUE(are_usable(keys, ScramHash::sha256));
  EXPECT_FALSE(are_usable(keys, ScramHash::sha1));
}

TEST(ScramKeys, OfAPasswordBySha1) {
  const ScramKeys keys =
      make_scram_keys(ScramHash::sha1, "pencil", decode_base64("QSXCR+Q6sek8bf92").value(), 4096);
  EXPECT_EQ(encode_base64(keys.stored_key), "6dlGYMOdZcOPutkcNY8U2g7vK9Y=");
  EXPECT_EQ(encode_base64(keys.server_key), "D+CSWLOshSulAsxiupA+qs2/fTE=");
}

TEST(ScramKeys, WhosePasswordItIs) {
  for (const ScramHash hash : {ScramHash::sha1, ScramHash::sha256}) {
    const ScramKeys keys = make_scram_keys(hash, "pencil", "salt", 3);
    EXPECT_TRUE(is_password_of(keys, hash, "pencil"));
    EXPECT_FALSE(is_password_of(keys, hash, "Pencil"));
    EXPECT_FALSE(is_password_of(keys, hash, ""));
    ScramKeys salted = keys;
    salted.salt = "Salt";
    EXPECT_FALSE(is_password_of(salted, hash, "pencil"));
    ScramKeys counted = keys;
    ++counted.iterations;
    EXPECT_FALSE(is_password_of(counted, hash, "pencil"));
  }
}

TEST(ScramKeys, TheUsualNumbersAreTheDefaults) {
  EXPECT_EQ(ScramKeys{}.iterations, usual_iterations);
}

}  // namespace
}  // namespace quoth::auth
