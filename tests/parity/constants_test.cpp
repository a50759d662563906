// The reply codes that the Perl component exports, by our names.

#include <gtest/gtest.h>
#include <quoth/smtp/codes.hpp>

namespace quoth::smtp::code {
namespace {

TEST(Constants, HaveTheNumbersOfTheAncestor) {
  EXPECT_EQ(system_status, 211);
  EXPECT_EQ(sytem_status, 211);
  EXPECT_EQ(system_help, 214);  // RFC 5321 §4.2.3; the ancestor says 211
  EXPECT_EQ(service_ready, 220);
  EXPECT_EQ(quit, 221);
  EXPECT_EQ(ok, 250);
  EXPECT_EQ(will_forward, 251);
  EXPECT_EQ(cannot_vrfy_user, 252);
  EXPECT_EQ(start_mail_input, 354);
  EXPECT_EQ(not_available, 421);
  EXPECT_EQ(service_unavailable, 450);
  EXPECT_EQ(local_error, 451);
  EXPECT_EQ(no_storage, 452);
  EXPECT_EQ(syntax_error, 500);
  EXPECT_EQ(arg_syntax_error, 501);
  EXPECT_EQ(not_implemented, 502);
  EXPECT_EQ(bad_sequence, 503);
  EXPECT_EQ(arg_not_implemented, 504);
  EXPECT_EQ(unavailable, 550);
  EXPECT_EQ(user_not_local, 551);
  EXPECT_EQ(quota_limit, 552);
  EXPECT_EQ(mailbox_error, 553);
  EXPECT_EQ(no_service, 554);
  EXPECT_EQ(transaction_failed, 554);
}

}  // namespace
}  // namespace quoth::smtp::code
