#include "mail/trace.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <quoth/mail/mailbox.hpp>

namespace quoth::mail {
namespace {

const Mailbox& ann() {
  static const Mailbox mailbox = Mailbox::parse("ann@example.com").value();
  return mailbox;
}

Received example() {
  return {.helo = "client.example",
          .client_address = "192.0.2.7",
          .by = "mx.example.com",
          .protocol = "ESMTP",
          .id = "4Xy7",
          .recipient = &ann(),
          .time = std::chrono::system_clock::time_point{std::chrono::seconds{1'795'342'863}}};
}

/// One field: CRLF at its end, and within it only before a tab; otherwise printable ASCII.
void expect_one_field(std::string_view field) {
  ASSERT_TRUE(field.ends_with("\r\n"));
  field.remove_suffix(2);
  std::size_t line_size = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field.substr(i, 3) == "\r\n\t") {
      i += 2;
      line_size = 1;
      continue;
    }
    ASSERT_TRUE(field[i] >= ' ' && field[i] <= '~') << i << " in " << field;
    ASSERT_LE(++line_size, 998U);
  }
}

TEST(ReceivedField, OneRecipient) {
  EXPECT_EQ(received_field(example()),
            "Received: from client.example ([192.0.2.7])\r\n"
            "\tby mx.example.com with ESMTP id 4Xy7\r\n"
            "\tfor <ann@example.com>; Sun, 22 Nov 2026 10:21:03 +0000\r\n");
}

TEST(ReceivedField, SeveralRecipientsAreNotNamed) {
  Received received = example();
  received.recipient = nullptr;
  EXPECT_EQ(received_field(received),
            "Received: from client.example ([192.0.2.7])\r\n"
            "\tby mx.example.com with ESMTP id 4Xy7;\r\n"
            "\tSun, 22 Nov 2026 10:21:03 +0000\r\n");
}

TEST(ReceivedField, ClientAddresses) {
  Received received = example();
  const auto first_line = [&received](std::string_view address) {
    received.client_address = address;
    const std::string field = received_field(received);
    return field.substr(0, field.find('\r'));
  };
  EXPECT_EQ(first_line("2001:db8::1"), "Received: from client.example ([IPv6:2001:db8::1])");
  EXPECT_EQ(first_line("::ffff:192.0.2.7"),
            "Received: from client.example ([IPv6:::ffff:192.0.2.7])");
  EXPECT_EQ(first_line("fe80::1%eth0"), "Received: from client.example ([IPv6:fe80::1])");
  EXPECT_EQ(first_line(""), "Received: from client.example (local socket)");
}

TEST(ReceivedField, TheLongestValuesStillFit) {
  const Mailbox longest = Mailbox::parse(std::string(64, 'u') + '@' + std::string(63, 'd') + '.' +
                                         std::string(63, 'd') + '.' + std::string(61, 'd'))
                              .value();
  ASSERT_EQ(longest.text().size(), 254U);
  Received received = example();
  const std::string helo(255, 'h');
  received.helo = helo;
  received.recipient = &longest;
  const std::string field = received_field(received);
  expect_one_field(field);
  EXPECT_NE(field.find("from " + helo + " (["), std::string::npos);
  EXPECT_NE(field.find("for <" + longest.text() + ">; Sun,"), std::string::npos);
}

TEST(ReceivedField, FoldsBeforeWhatIsTooLong) {
  // "Received: from " is 15 octets, so 983 more fill the first line.
  for (const std::size_t size : {std::size_t{982}, std::size_t{983}, std::size_t{984}}) {
    Received received = example();
    const std::string helo(size, 'h');
    received.helo = helo;
    const std::string field = received_field(received);
    expect_one_field(field);
    const std::string_view between = size <= 983 ? " " : "\r\n\t";
    EXPECT_TRUE(field.starts_with("Received: from" + std::string{between} + helo + "\r\n\t(["))
        << size;
  }
}

TEST(ReceivedField, AValueThatFitsNoLineIsCut) {
  const std::string huge(5000, 'x');
  Received received = example();
  received.helo = huge;
  received.by = huge;
  received.protocol = huge;
  received.id = huge;
  expect_one_field(received_field(received));
  EXPECT_NE(received_field(received).find("\r\n\t" + std::string(997, 'x') + "\r\n"),
            std::string::npos);
  received.recipient = nullptr;
  expect_one_field(received_field(received));
}

TEST(ReceivedField, NoValueCanBreakOut) {
  std::string evil{"a\r\nEvil: yes\r\n\r\n.\r\n"};
  for (int octet = 0; octet < 256; ++octet) {
    if (octet < 0x20 || octet >= 0x7f) evil.push_back(static_cast<char>(octet));
  }
  for (std::string_view Received::*member : {&Received::helo, &Received::client_address,
                                             &Received::by, &Received::protocol, &Received::id}) {
    Received received = example();
    received.*member = evil;
    const std::string field = received_field(received);
    expect_one_field(field);
    EXPECT_NE(field.find("a??Evil: yes????.??"), std::string::npos) << field;
  }
}

// RFC 6531 §3.7.3
TEST(ReceivedField, ARecipientInUtf8) {
  const Result<Mailbox> mailbox = Mailbox::parse("jos\xc3\xa9@b\xc3\xbc.test", Charset::utf8);
  ASSERT_TRUE(mailbox);
  const Received received{.helo = "\xc3\xa9.test",
                          .client_address = "192.0.2.1",
                          .by = "mx.test",
                          .protocol = "UTF8SMTP",
                          .id = "1",
                          .recipient = &*mailbox,
                          .time = {}};
  const std::string field = received_field(received);
  EXPECT_NE(field.find("for <jos\xc3\xa9@b\xc3\xbc.test>;"), std::string::npos) << field;
  EXPECT_NE(field.find("from ??.test"), std::string::npos) << field;
  EXPECT_EQ(return_path_field(*mailbox), "Return-Path: <jos\xc3\xa9@b\xc3\xbc.test>\r\n");
}

TEST(ReturnPathField, MailboxOrNothing) {
  EXPECT_EQ(return_path_field(std::nullopt), "Return-Path: <>\r\n");
  EXPECT_EQ(return_path_field(ann()), "Return-Path: <ann@example.com>\r\n");
  EXPECT_EQ(return_path_field(Mailbox::parse(R"("a b"@D)").value()),
            "Return-Path: <\"a b\"@D>\r\n");
}

}  // namespace
}  // namespace quoth::mail
