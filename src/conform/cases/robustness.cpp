// Clients that are slow, broken, hasty, or no mail clients at all.
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;
using enum Level;

Stored nothing() { return {Stored::Rule::never, "", ""}; }

Case robust(std::string name, Level level, std::string reference, std::string title, Stage stage,
            Steps steps, std::string why, Stored stored = {}) {
  return {"robustness." + std::move(name),
          level,
          std::move(reference),
          std::move(title),
          std::move(why),
          stage,
          std::move(steps),
          "",
          std::move(stored)};
}

Cases cut() {
  const std::string stream =
      "TCP is a stream of octets: how they are cut into packets means nothing.";
  const std::string section = "RFC 5321 §2.3.8";
  return {
      robust("octets-hello", must, section, "EHLO, one octet at a time", Stage::greeted,
             {say("{hello} conform.example.org", "250").in_pieces(1)}, stream),
      robust("octets-mail", must, section, "MAIL and RCPT, one octet at a time", Stage::hello,
             {mail("", "250").in_pieces(1), rcpt("", "250|251").in_pieces(1)}, stream),
      robust("octets-message", must, section, "A message, one octet at a time", Stage::data,
             {text("a\r\n..b\r\n.c\r\n", "250").in_pieces(1)}, stream,
             {Stored::Rule::as_decided, "a\n.b\nc\n", ""}),
      robust("twos-message", must, section, "A message, two octets at a time", Stage::data,
             {text("a\r\n..b\r\n.c\r\n", "250").in_pieces(2)}, stream,
             {Stored::Rule::as_decided, "a\n.b\nc\n", ""}),
      robust("threes-message", must, section, "A message, three octets at a time", Stage::data,
             {text("a\r\n..b\r\n.c\r\n", "250").in_pieces(3)}, stream,
             {Stored::Rule::as_decided, "a\n.b\nc\n", ""}),
      robust("slow-command", must, "RFC 5321 §4.5.3.2", "A command with pauses", Stage::hello,
             {say("NOOP", "250").in_pieces(1, 100ms)},
             "Timeouts are minutes; a tenth of a second is nothing."),
      robust("slow-text", must, "RFC 5321 §4.5.3.2", "A text with pauses", Stage::data,
             {raw(message("a\r\n")), pause(300ms), raw("b\r\n"), pause(300ms),
              say(".", "250").deciding()},
             "Timeouts are minutes; a third of a second is nothing.",
             {Stored::Rule::as_decided, "a\nb\n", ""}),
  };
}

/// The same command, cut in two behind each of its octets but the last; whole where it has fewer.
Steps each_cut(const Step& command, std::size_t octets, const Steps& behind) {
  Steps all;
  for (std::size_t cut = 1; cut < octets; ++cut) {
    all.push_back(Step{command}.cut_at(cut));
    all.insert(all.end(), behind.begin(), behind.end());
  }
  return all;
}

Cases cut_everywhere() {
  const std::string stream =
      "TCP is a stream of octets: how they are cut into packets means nothing.";
  const std::string section = "RFC 5321 §2.3.8";
  const Steps rset{say("RSET", "250")};
  const Steps whole{mail("", "250").given(), rcpt("", "250|251").given()};
  Steps data;
  for (std::size_t cut = 1; cut < 6; ++cut) {
    data.insert(data.end(), whole.begin(), whole.end());
    data.push_back(say("DATA", "354").cut_at(cut));
    data.push_back(text("x\r\n", "250"));
  }
  Steps end;
  const std::string tail = "a\r\n..b\r\n.\r\n";
  for (std::size_t cut = 1; cut < tail.size(); ++cut) {
    end.insert(end.end(), whole.begin(), whole.end());
    end.push_back(say("DATA", "354").given());
    end.push_back(raw(message("")));
    Step last = raw(tail).cut_at(cut);
    last.codes = "250";
    last.decides = true;
    end.push_back(std::move(last));
  }
  Steps quit;
  for (std::size_t cut = 1; cut < 6; ++cut) {
    quit.push_back(say("QUIT", "221").cut_at(cut));
    quit.push_back(reconnect().given());
    quit.push_back(reply("220").given());
  }
  return {
      robust("cuts-hello", must, section, "EHLO, cut in two at each octet", Stage::greeted,
             each_cut(say("{hello} conform.example.org", "250"), 26, {}), stream),
      robust("cuts-mail", must, section, "MAIL, cut in two at each octet", Stage::hello,
             each_cut(mail("", "250"), 40, rset), stream),
      robust("cuts-rcpt", must, section, "RCPT, cut in two at each octet", Stage::mail,
             each_cut(rcpt("", "250|251"), 40, {}), stream),
      robust("cuts-data", must, section, "DATA, cut in two at each octet", Stage::hello, data,
             stream),
      robust("cuts-text", must, section, "The end of the text, cut in two at each octet",
             Stage::hello, end, stream),
      robust("cuts-quit", must, section, "QUIT, cut in two at each octet", Stage::greeted, quit,
             stream),
  };
}

Cases broken() {
  const std::string unfinished = "Without the end of the text there is no message.";
  const std::string section = "RFC 5321 §4.1.1.4";
  return {
      robust("reset-greeting", must, "RFC 5321 §3.8", "A reset right after connecting",
             Stage::connected, {reset(), alive()}, "One client's end is nothing to the others."),
      robust("reset-transaction", must, "RFC 5321 §3.8", "A reset in a transaction", Stage::rcpt,
             {reset(), alive()}, "One client's end is nothing to the others."),
      robust("reset-text", must, section, "A reset in the text", Stage::data,
             {raw(message("cut\r\n")), reset(), alive()}, unfinished, nothing()),
      robust("end-text", must, section, "The connection ends in the text", Stage::data,
             {raw(message("cut\r\n")), half_close(), reply("4xx|5xx|end")}, unfinished, nothing()),
      robust("end-before-dot", must, section, "The connection ends ahead of the dot", Stage::data,
             {raw(message("cut\r\n.")), half_close(), reply("4xx|5xx|end")}, unfinished, nothing()),
      robust("end-before-lf", must, section, "The connection ends ahead of the last LF",
             Stage::data, {raw(message("cut\r\n.\r")), half_close(), reply("4xx|5xx|end")},
             unfinished, nothing()),
      robust("reset-before-crlf", must, section, "A reset between dot and CRLF", Stage::data,
             {raw(message("cut\r\n.")), reset(), alive()}, unfinished, nothing()),
      robust("end-command", must, "RFC 5321 §2.3.8", "The connection ends in a command",
             Stage::rcpt, {raw("DAT"), half_close(), reply("4xx|5xx|end")},
             "What has no line end is no command."),
      robust("half-closed", should, "RFC 5321 §4.1.1.10",
             "A client that closes its side after QUIT gets its replies", Stage::hello,
             {raw("RSET\r\nQUIT\r\n"), half_close(), reply("250"), reply("221"), end()},
             "Closing one side says that no more is sent, not that nothing is read."),
      robust("half-closed-message", should, section,
             "A client that closes its side behind the text gets its reply", Stage::data,
             {raw(message("half\r\n") + ".\r\n"), half_close(), reply("250").deciding()},
             "Closing one side says that no more is sent, not that nothing is read.",
             {Stored::Rule::as_decided, "half\n", ""}),
      robust("no-words", must, "RFC 5321 §4.5.3.2", "A client that closes without a word",
             Stage::greeted, {half_close(), reply("4xx|5xx|end"), alive()}, "It wanted nothing."),
  };
}

// Some servers say goodbye by 221 to what is no mail client.
Cases foreign_protocols() {
  const std::string drop = "A browser that was sent here must not be able to send mail.";
  const std::string http =
      "POST / HTTP/1.1\r\nHost: mail\r\nContent-Length: 100\r\n\r\n"
      "{hello} x\r\nMAIL FROM:<{sender}>\r\nRCPT TO:<{rcpt}>\r\n";
  Steps post{raw(http)};
  for (int i = 0; i < 5; ++i) post.push_back(reply("5xx|221|421|end"));
  return {
      robust("http-get", must, "RFC 5321 §4.2.4", "GET / HTTP/1.1", Stage::hello,
             {say("GET / HTTP/1.1", "5xx|221|421|end")}, drop),
      robust("http-get-ends", should, "RFC 5321 §7.8", "An HTTP request ends the session",
             Stage::hello,
             {raw("GET / HTTP/1.1\r\nHost: mail\r\n\r\n"), reply("5xx|221|421|end"), end()}, drop),
      robust("http-post", should, "RFC 5321 §7.8", "Commands in the body of an HTTP request",
             Stage::greeted, post, drop),
      robust("tls-hello", must, "RFC 5321 §4.2.4", "A TLS handshake in clear", Stage::greeted,
             {raw("\x16\x03\x01\x00\x2e\x01\x00\x00\x2a\x03\x03"s + run_of('\x07', 40) + "\r\n"),
              reply("5xx|221|421|end"), alive()},
             "It is no command that is known."),
      robust("binary", must, "RFC 5321 §4.2.4", "Octets of all values", Stage::hello,
             {raw([] {
                std::string all;
                for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
                return all + "\r\n";
              }()),
              reply("5xx|221|421|end"), alive()},
             "They are no command that is known."),
      robust("ssh", must, "RFC 5321 §4.2.4", "The first line of SSH", Stage::greeted,
             {say("SSH-2.0-conform", "5xx|221|421|end"), alive()},
             "It is no command that is known."),
  };
}

Cases floods() {
  return {
      robust("flood-noop", must, "RFC 5321 §4.1.1.9", "Ten thousand NOOPs in one write",
             Stage::hello, {raw("NOOP\r\n").times(10'000), reply("250|421|5xx|end"), alive()},
             "They are answered one by one, or the session ends; others are served."),
      robust("flood-lines", must, "RFC 5321 §4.2.4", "A thousand empty lines", Stage::hello,
             {raw("\r\n").times(1000), reply("5xx|221|421|end"), alive()},
             "They are answered one by one, or the session ends; others are served."),
      robust("flood-lf", must, "RFC 5321 §2.3.8", "A hundred thousand bare LFs", Stage::hello,
             {raw(run_of('\n', 100'000)), alive()}, "Others are served."),
      robust("flood-nul", must, "RFC 5321 §2.3.8", "A hundred thousand NULs", Stage::hello,
             {raw(run_of('\0', 100'000) + "\r\n"), reply("5xx|221|421|end"), alive()},
             "Others are served."),
      robust("flood-hello", should, "RFC 5321 §4.1.4", "Fifty times EHLO", Stage::greeted,
             Steps(50, say("{hello} conform.example.org", "250|421|end")), "No state may pile up."),
      robust("flood-errors", must, "RFC 5321 §4.2.4", "Two thousand bad commands in one write",
             Stage::hello, {raw("XCONFORM\r\n").times(2000), reply("5xx|221|421|end"), alive()},
             "They are answered one by one, or the session ends; others are served."),
      robust("text-flood", must, "RFC 5321 §4.5.3.1.7", "Eight megabytes of text", Stage::data,
             {raw(message("")), raw(run_of('x', 998) + "\r\n").times(8192),
              say(".", "250|4xx|5xx|end").deciding(), alive()},
             "It is taken, or refused with a reply."),
      robust("idle", must, "RFC 5321 §4.5.3.2.7", "A second of silence", Stage::rcpt,
             {silence(1000ms), say("DATA", "354")},
             "Timeouts are minutes, and nothing is said unasked."),
  };
}

}  // namespace

Cases robustness() {
  Cases all;
  for (const auto& part : {cut, cut_everywhere, broken, foreign_protocols, floods}) {
    for (Case& each : part()) all.push_back(std::move(each));
  }
  return all;
}

}  // namespace quoth::conform::cases
