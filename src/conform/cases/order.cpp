// The order of commands, and what a refused one leaves behind (RFC 5321 §3.3, §4.1.4).
#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {

using enum Level;

Cases order() {
  const std::string out_of_order =
      "Commands that are out of order and cannot be processed must get 503, and change nothing.";
  return {
      {"order.mail-first", should, "RFC 5321 §4.1.4", "MAIL before EHLO: 503",
       "A session that will contain mail transactions must first be initialized by EHLO.",
       Stage::greeted, {mail("", "503|5xx")}},
      {"order.rcpt-first", must, "RFC 5321 §4.1.4", "RCPT before EHLO and MAIL: 503", out_of_order,
       Stage::greeted, {rcpt("", "503|5xx")}},
      {"order.data-first", must, "RFC 5321 §4.1.4", "DATA before EHLO and MAIL: 503", out_of_order,
       Stage::greeted, {say("DATA", "503|5xx")}},
      {"order.rcpt-before-mail", must, "RFC 5321 §3.3", "RCPT before MAIL: 503", out_of_order,
       Stage::hello, {rcpt("", "503|5xx")}},
      {"order.data-before-mail", must, "RFC 5321 §3.3", "DATA before MAIL: 503 or 554", out_of_order,
       Stage::hello, {say("DATA", "503|554")}},
      {"order.data-before-rcpt", should, "RFC 5321 §3.3", "DATA before RCPT: 503 or 554",
       "Without recipients the server may say 503 or 554 at once, which saves the text.",
       Stage::mail, {say("DATA", "503|554")}},
      {"order.data-all-refused", should, "RFC 5321 §3.3", "DATA when all recipients were refused",
       "Without recipients the server may say 503 or 554 at once, which saves the text.",
       Stage::mail, {say("RCPT TO:<{unknown}>", "4xx|5xx").given(), say("DATA", "503|554")},
       "unknown"},
      {"order.mail-twice", must, "RFC 5321 §4.1.4", "A second MAIL: 503",
       "MAIL must not be sent in a transaction that is open.", Stage::mail, {mail("", "503|5xx")}},
      {"order.mail-twice-keeps", must, "RFC 5321 §4.1.4", "A refused second MAIL keeps the first",
       out_of_order, Stage::rcpt, {mail("", "503|5xx"), say("DATA", "354")}},
      {"order.rset-mail", must, "RFC 5321 §4.1.1.5", "RSET ends the transaction",
       "Any stored sender, recipients and mail data must be discarded.",
       Stage::mail, {say("RSET", "250"), rcpt("", "503|5xx")}},
      {"order.rset-rcpt", must, "RFC 5321 §4.1.1.5", "RSET forgets the recipients",
       "Any stored sender, recipients and mail data must be discarded.",
       Stage::rcpt, {say("RSET", "250"), mail("", "250"), say("DATA", "503|554|354"), say(".", "5xx|end")}},
      {"order.rset-again", must, "RFC 5321 §4.1.1.5", "A transaction after RSET, without EHLO",
       "RSET does not end the session: EHLO is still in force.",
       Stage::rcpt, {say("RSET", "250"), mail("", "250"), rcpt("", "250|251"), say("DATA", "354")}},
      {"order.bad-mail", must, "RFC 5321 §4.1.4", "A refused MAIL opens no transaction", out_of_order,
       Stage::hello, {say("MAIL FROM:", "5xx"), rcpt("", "503|5xx")}},
      {"order.bad-mail-then-good", must, "RFC 5321 §4.1.4", "After a refused MAIL another one is right",
       "A command that failed leaves the state as it was.",
       Stage::hello, {say("MAIL FROM:", "5xx"), mail("", "250")}},
      {"order.bad-rcpt", must, "RFC 5321 §3.3", "A refused RCPT leaves the transaction open",
       "Each recipient stands or falls alone.",
       Stage::mail, {say("RCPT TO:", "5xx"), rcpt("", "250|251"), say("DATA", "354")}},
      {"order.bad-rcpt-later", must, "RFC 5321 §3.3", "A refused RCPT does not undo the good one",
       "Each recipient stands or falls alone.",
       Stage::rcpt, {say("RCPT TO:", "5xx"), say("DATA", "354")}},
      {"order.data-bad-argument", must, "RFC 5321 §4.1.4", "RSET x leaves the transaction open",
       "A command that failed leaves the state as it was.",
       Stage::rcpt, {say("RSET x", "5xx").given(), say("DATA", "354")}},
      {"order.after-message-mail", must, "RFC 5321 §3.3", "A second message in the same session",
       "After the end of the text the server is ready for the next MAIL.",
       Stage::data, {text("one\r\n", "250").given(), mail("", "250"), rcpt("", "250|251"),
                     say("DATA", "354")}},
      {"order.after-message-rcpt", must, "RFC 5321 §4.1.1.4", "RCPT after a message: 503",
       "The end of the text clears the buffers.",
       Stage::data, {text("one\r\n", "250").given(), rcpt("", "503|5xx")}},
      {"order.after-message-data", must, "RFC 5321 §4.1.1.4", "DATA after a message: 503 or 554",
       "The end of the text clears the buffers.",
       Stage::data, {text("one\r\n", "250").given(), say("DATA", "503|554")}},
      {"order.after-quit", must, "RFC 5321 §4.1.1.10", "After QUIT nothing is answered",
       "The server must close after its 221.",
       Stage::hello, {raw("QUIT\r\nNOOP\r\n"), reply("221"), end()}},
      {"order.many-rset", should, "RFC 5321 §4.1.1.5", "Fifty times MAIL and RSET",
       "No state may pile up.", Stage::hello, [] {
         Steps steps;
         for (int i = 0; i < 50; ++i) {
           steps.push_back(mail("", "250"));
           steps.push_back(say("RSET", "250"));
         }
         return steps;
       }()},
  };
}

Cases recipients() {
  const auto many = [](std::size_t count, const std::string& codes) {
    Steps steps;
    for (std::size_t i = 0; i < count; ++i) steps.push_back(rcpt("", codes));
    return steps;
  };
  Steps hundred = many(100, "250|251");
  hundred.push_back(say("DATA", "354"));
  Steps thousand = many(1001, "250|251|4xx|5xx");
  thousand.push_back(say("DATA", "354"));
  return {
      {"recipients.unknown", should, "RFC 5321 §3.3", "An unknown recipient is refused at RCPT",
       "Taken and bounced later, it hits whoever's address was forged as the sender.",
       Stage::mail, {say("RCPT TO:<{unknown}>", "55x|4xx|251")}, "unknown"},
      {"recipients.unknown-550", should, "RFC 5321 §4.2.3", "An unknown recipient: 550",
       "550 is the code for a mailbox that does not exist.",
       Stage::mail, {say("RCPT TO:<{unknown}>", "55x|2xx|4xx").given(),
                     say("RCPT TO:<{unknown}>", "550|551|553|4xx|2xx")},
       "unknown"},
      {"recipients.mixed", must, "RFC 5321 §3.3", "One good, one unknown: the message is taken",
       "Each recipient stands or falls alone.",
       Stage::rcpt,
       {say("RCPT TO:<{unknown}>", "2xx|4xx|5xx"), say("DATA", "354"), text("mixed\r\n", "250")},
       "unknown", {Stored::Rule::as_decided, "mixed\n", ""}},
      {"recipients.same-twice", must, "RFC 5321 §4.1.1.3", "The same recipient twice",
       "It is no error; a server may deliver once.", Stage::rcpt, {rcpt("", "250|251")}},
      {"recipients.hundred", must, "RFC 5321 §4.5.3.1.8", "A hundred recipients",
       "The least number of recipients that must be buffered is 100.", Stage::mail, hundred},
      {"recipients.thousand", must, "RFC 5321 §4.5.3.1.10", "Beyond the limit the rest is served",
       "Recipients over the limit get 452; those before them still get the message.",
       Stage::mail, thousand},
      {"recipients.null-sender", must, "RFC 5321 §4.5.5", "A recipient for the null sender",
       "Bounces and other notices come from <> and must be taken.",
       Stage::hello, {say("MAIL FROM:<>", "250"), rcpt("", "250|251|4xx")}},
      {"recipients.postmaster-null", must, "RFC 5321 §4.5.1", "Postmaster for the null sender",
       "Postmaster must be reachable, also for notices.",
       Stage::hello, {say("MAIL FROM:<>", "250"), say("RCPT TO:<Postmaster>", "250|251|4xx")}},
  };
}

}  // namespace quoth::conform::cases
