// Groups of commands in one write (RFC 2920).
#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {

using enum Level;

Cases pipelining() {
  const std::string in_order = "A server that offers PIPELINING answers each command of a group, in order.";
  const std::string group = "MAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n";
  const std::string reference = "RFC 2920 §3.2";
  return {
      {"pipelining.group", must, reference, "MAIL, RCPT and DATA in one write", in_order,
       Stage::hello, {raw(group), reply("250"), reply("250|251"), reply("354")}, "PIPELINING"},
      {"pipelining.message", must, reference, "A group, then the text with QUIT behind it",
       "What stands behind CRLF.CRLF is the next group.",
       Stage::hello,
       {raw(group), reply("250"), reply("250|251"), reply("354"),
        raw(message("piped\r\n") + ".\r\nQUIT\r\n"), reply("250").deciding(), reply("221"), end()},
       "PIPELINING", {Stored::Rule::as_decided, "piped\n", "QUIT"}},
      {"pipelining.next-transaction", must, reference, "The next transaction right behind the text",
       "What stands behind CRLF.CRLF is the next group.",
       Stage::data,
       {raw(message("piped\r\n") + ".\r\n" + group), reply("250").deciding(), reply("250"),
        reply("250|251"), reply("354")},
       "PIPELINING", {Stored::Rule::as_decided, "piped\n", "MAIL FROM"}},
      {"pipelining.bad-in-middle", must, reference, "A bad command in the middle of a group",
       "An error gets its reply in its place; the commands behind it are not thrown away.",
       Stage::hello,
       {raw("MAIL FROM:<{sender}>\r\nXCONFORM\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n"), reply("250"),
        reply("5xx"), reply("250|251"), reply("354")},
       "PIPELINING"},
      {"pipelining.refused-rcpt", must, reference, "A refused recipient in the middle of a group",
       "354 comes if at least one recipient was taken.",
       Stage::hello,
       {raw("MAIL FROM:<{sender}>\r\nRCPT TO:\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n"), reply("250"),
        reply("5xx"), reply("250|251"), reply("354")},
       "PIPELINING"},
      {"pipelining.all-refused", must, reference, "All recipients of a group are refused",
       "If 354 comes nevertheless, the text that follows must be refused.",
       Stage::hello,
       {raw("MAIL FROM:<{sender}>\r\nRCPT TO:\r\nDATA\r\n"), reply("250"), reply("5xx"),
        reply("503|554|354"), say(".", "5xx|end"), say("NOOP", "250|end")},
       "PIPELINING"},
      {"pipelining.mail-refused", must, reference, "A group whose MAIL is refused",
       "RCPT and DATA fail behind it, each with its own reply.",
       Stage::hello,
       {raw("MAIL FROM:<\r\nRCPT TO:<{rcpt}>\r\nDATA\r\n"), reply("5xx"), reply("503|5xx"),
        reply("503|554"), say("NOOP", "250")},
       "PIPELINING"},
      {"pipelining.rset", must, reference, "RSET in a group", in_order, Stage::rcpt,
       {raw("RSET\r\n" + group), reply("250"), reply("250"), reply("250|251"), reply("354")},
       "PIPELINING"},
      {"pipelining.octets", must, reference, "A group that comes one octet at a time",
       "Groups are a matter of the client's writes; TCP knows none.",
       Stage::hello,
       {raw(group).in_pieces(1), reply("250"), reply("250|251"), reply("354")}, "PIPELINING"},
      {"pipelining.odd-cut", must, reference, "A group cut in the middle of a command",
       "What has come of a command waits for its rest.",
       Stage::hello,
       {raw("MAIL FROM:<{sender}>\r\nRCPT "), reply("250"), raw("TO:<{rcpt}>\r\nDATA\r\n"),
        reply("250|251"), reply("354")},
       "PIPELINING"},
      {"pipelining.fifty", must, reference, "Fifty commands in one write", in_order, Stage::hello,
       [] {
         Steps steps{raw("RSET\r\n").times(50)};
         steps.insert(steps.end(), 50, reply("250"));
         steps.push_back(say("NOOP", "250"));
         return steps;
       }(),
       "PIPELINING"},
      {"pipelining.hundred-rcpt", must, reference, "A hundred recipients in one write", in_order,
       Stage::mail,
       [] {
         Steps steps{raw("RCPT TO:<{rcpt}>\r\n").times(100)};
         steps.insert(steps.end(), 100, reply("250|251|4xx"));
         steps.push_back(say("DATA", "354"));
         return steps;
       }(),
       "PIPELINING"},
      {"pipelining.quit-last", must, reference, "QUIT is the last that is answered",
       "After its 221 the server closes; what stands behind QUIT is lost.",
       Stage::hello, {raw("RSET\r\nQUIT\r\nNOOP\r\n"), reply("250"), reply("221|554|end"), end()},
       "PIPELINING"},
      {"pipelining.text-with-data", should, "RFC 2920 §3.1", "Text that does not wait for 354",
       "DATA must be the last of its group. A server may refuse, or read the text as such; it gives "
       "one reply for the text, and none that is an answer to a line of it.",
       Stage::hello,
       {raw(group + "Subject: {mark}\r\n\r\nVRFY x\r\n.\r\nQUIT\r\n"), reply("250"),
        reply("250|251"), reply("354|421|503|554|end"), reply("250|421|5xx|end"),
        reply("221|421|5xx|end")},
       "PIPELINING"},
      {"pipelining.vrfy-last", should, reference, "VRFY at the end of a group", in_order,
       Stage::hello, {raw("RSET\r\nVRFY {rcpt}\r\n"), reply("250"), reply("2xx|4xx|5xx")},
       "PIPELINING"},
      {"pipelining.ehlo-last", should, reference, "EHLO at the end of a group", in_order,
       Stage::hello, {raw("RSET\r\n{hello} conform.example.org\r\n"), reply("250"), reply("250")},
       "PIPELINING"},
      {"pipelining.bare-keyword", extension, "RFC 2920 §2", "PIPELINING is announced without parameters",
       "No parameters are used with the keyword.",
       Stage::greeted,
       {say("{hello} conform.example.org", "250").containing("PIPELINING\r\n")}, "PIPELINING"},
  };
}

}  // namespace quoth::conform::cases
