#include <quoth/smtp/codes.hpp>

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace quoth::smtp {
namespace {

struct Constant {
  std::string_view ancestor;  // the name that POE::Component::Server::SMTP exports
  unsigned ours;
  unsigned number;
};

constexpr auto constants = std::to_array<Constant>({
    {"SMTP_SYTEM_STATUS", code::sytem_status, 211},  // its spelling
    {"SMTP_SYTEM_STATUS", code::system_status, 211},
    {"SMTP_SYSTEM_HELP", code::system_help,
     214},  // 211 there, which RFC 5321 §4.2.3 says is status
    {"SMTP_SERVICE_READY", code::service_ready, 220},
    {"SMTP_QUIT", code::quit, 221},
    {"SMTP_OK", code::ok, 250},
    {"SMTP_WILL_FORWARD", code::will_forward, 251},
    {"SMTP_CANNOT_VRFY_USER", code::cannot_vrfy_user, 252},
    {"SMTP_START_MAIL_INPUT", code::start_mail_input, 354},
    {"SMTP_NOT_AVAILABLE", code::not_available, 421},
    {"SMTP_SERVICE_UNAVAILABLE", code::service_unavailable, 450},
    {"SMTP_LOCAL_ERROR", code::local_error, 451},
    {"SMTP_NO_STORAGE", code::no_storage, 452},
    {"SMTP_SYNTAX_ERROR", code::syntax_error, 500},
    {"SMTP_ARG_SYNTAX_ERROR", code::arg_syntax_error, 501},
    {"SMTP_NOT_IMPLEMENTED", code::not_implemented, 502},
    {"SMTP_BAD_SEQUENCE", code::bad_sequence, 503},
    {"SMTP_ARG_NOT_IMPLEMENTED", code::arg_not_implemented, 504},
    {"SMTP_UNAVAILABLE", code::unavailable, 550},
    {"SMTP_USER_NOT_LOCAL", code::user_not_local, 551},
    {"SMTP_QUOTA_LIMIT", code::quota_limit, 552},
    {"SMTP_MAILBOX_ERROR", code::mailbox_error, 553},
    {"SMTP_NO_SERVICE", code::no_service, 554},
    {"SMTP_TRANSACTION_FAILED", code::transaction_failed, 554},
    {"(none: RFC 5321 has it since 2008)", code::parameter_unknown, 555},
});

TEST(Codes, Numbers) {
  for (const Constant& constant : constants) {
    EXPECT_EQ(constant.ours, constant.number) << constant.ancestor;
  }
}

}  // namespace
}  // namespace quoth::smtp
