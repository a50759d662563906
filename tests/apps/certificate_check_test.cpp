// check-config: the files of [tls] are read as a server does it.
#include <string>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/quoth/check_config_command.hpp"
#include "support/certificates.hpp"
#include "support/temporary_folder.hpp"

namespace quoth::app {
namespace {

using support::CertificateFacts;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CertificateCheck : public testing::Test {
 protected:
  CertificateFiles files(const std::string& name, CertificateFacts facts = {}) {
    facts.common_name = "mx.a.test";
    CertificateFiles written = support::write(authority_.issue(facts), folder_ / name);
    EXPECT_EQ(::chmod(written.key.c_str(), 0600), 0);
    return written;
  }

  /// What check-config says of a configuration with these keys in [tls].
  Finished check(const std::string& tls) {
    const std::string file = folder_ / "quoth.toml";
    support::replace_file(file,
                          "[[listener]]\nlisten = [\"127.0.0.1:0\"]\naccept = [\"a.test\"]\n"
                          "[route.\"*\"]\nvia = \"discard\"\n[tls]\n" +
                              tls);
    return check_config_command(file);
  }

  static std::string pair(const CertificateFiles& files) {
    return "certificate = \"" + files.certificate + "\"\nkey = \"" + files.key + "\"\n";
  }

  support::TemporaryFolder folder_;
  support::TestAuthority authority_;
};

TEST_F(CertificateCheck, GoodOnesAreFine) {
  const Finished finished = check(pair(files("a")));
  EXPECT_EQ(finished.code, ExitCode::ok);
  EXPECT_EQ(finished.err, "");
}

TEST_F(CertificateCheck, AKeyOfAnotherCertificateIsAnError) {
  const CertificateFiles good = files("a");
  const CertificateFiles other = files("b");
  const Finished finished = check(pair({good.certificate, other.key}));
  EXPECT_EQ(finished.code, ExitCode::config);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("error: a certificate or key cannot be used in "),
                                  HasSubstr("b.key: is not the key of " + good.certificate),
                                  HasSubstr("replace the other, too")));
}

TEST_F(CertificateCheck, AllThatIsBrokenIsFound) {
  const CertificateFiles good = files("a");
  const CertificateFiles broken = files("b");
  support::replace_file(broken.certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n");
  const Finished finished =
      check(pair(good) + "certificates = [{ certificate = \"" + broken.certificate +
            "\", key = \"" + broken.key + "\" }]\nclient_certificates = \"ask\"\n" +
            "client_authorities = \"" + good.key + "\"\n");
  EXPECT_EQ(finished.code, ExitCode::config);
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("b.crt: "), HasSubstr("has to hold the server's certificate in PEM"),
                    HasSubstr("a.key: cannot be used as the authorities of clients"),
                    Not(HasSubstr("a.crt: ")), HasSubstr("2 errors")));
}

TEST_F(CertificateCheck, AnExpiredOneIsAWarning) {
  CertificateFacts facts;
  facts.days_from_now = -20;
  facts.days_to_live = -10;
  const Finished finished = check(pair(files("a", facts)));
  EXPECT_EQ(finished.code, ExitCode::ok);
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("warning: clients refuse a certificate in "),
                    HasSubstr("a.crt: the certificate has expired"), HasSubstr("Renew it")));
}

}  // namespace
}  // namespace quoth::app
