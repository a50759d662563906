// Reverse-paths and forward-paths (RFC 5321 §4.1.2).
#include <string>
#include <utility>

#include "conform/cases.hpp"
#include "conform/script.hpp"

namespace quoth::conform::cases {
namespace {

using enum Level;

Case path(std::string name, Level level, std::string title, std::string line, std::string codes,
          std::string why, std::string reference = "RFC 5321 §4.1.2") {
  const Stage stage = line.starts_with("RCPT") ? Stage::mail : Stage::hello;
  return {"paths." + std::move(name),
          level,
          std::move(reference),
          std::move(title),
          std::move(why),
          stage,
          {say(std::move(line), std::move(codes))}};
}

/// A server that refuses the sender of `line` may refuse the other for the same reason.
Case path_if(std::string line, Case judged) {
  judged.steps.insert(judged.steps.begin(), say("RSET", "250").given());
  judged.steps.insert(judged.steps.begin(), say(std::move(line), "250").given());
  return judged;
}

std::string label(char c) { return run_of(c, 63); }

Cases accepted_senders() {
  return {
      path("null", must, "MAIL FROM:<>", "MAIL FROM:<>", "250",
           "Bounces have no sender; a server that refuses them loses them.", "RFC 5321 §4.5.5"),
      path("quoted", must, "A quoted local part", R"(MAIL FROM:<"john doe"@{sender-domain}>)",
           "250", "Local-part = Dot-string / Quoted-string; a space may stand in quotes."),
      path("quoted-pair", must, "A quoted pair in a local part",
           R"(MAIL FROM:<"a\"b"@{sender-domain}>)", "250",
           "QcontentSMTP = qtextSMTP / quoted-pairSMTP."),
      path("quoted-at", must, "@ in a quoted local part", R"(MAIL FROM:<"a@b"@{sender-domain}>)",
           "250", "In quotes @ is an ordinary character; the domain stands behind the last one."),
      path("quoted-bracket", must, "> in a quoted local part",
           R"(MAIL FROM:<"a>b"@{sender-domain}>)", "250", "In quotes > does not end the path."),
      path("atext", must, "All special characters of an atom",
           "MAIL FROM:<a!#$%&'*+-/=?^_`{|}~b@{sender-domain}>", "250",
           "They are atext (RFC 5322 §3.2.3); receivers must take any local part that is one."),
      path("ipv4", must, "A domain that is an IPv4 literal", "MAIL FROM:<a@[192.0.2.1]>", "250",
           "address-literal = \"[\" IPv4-address-literal \"]\".", "RFC 5321 §4.1.3"),
      path("ipv6", must, "A domain that is an IPv6 literal", "MAIL FROM:<a@[IPv6:2001:db8::1]>",
           "250", "IPv6-address-literal = \"IPv6:\" IPv6-addr.", "RFC 5321 §4.1.3"),
      path("source-route", must, "A source route in MAIL",
           "MAIL FROM:<@a.example.org,@b.example.org:c@{sender-domain}>", "250",
           "Source routes must be accepted, should not be generated, and should be ignored.",
           "RFC 5321 Appendix C"),
      path("local-64", must, "A local part of 64 octets",
           "MAIL FROM:<" + run_of('a', 64) + "@{sender-domain}>", "250",
           "64 octets are what every implementation must take.", "RFC 5321 §4.5.3.1.1"),
      path("local-65", should, "A local part of 65 octets gets a clear answer",
           "MAIL FROM:<" + run_of('a', 65) + "@{sender-domain}>", "250|500|501|55x",
           "It may be taken, or refused for good; 4xx would have it tried for days.",
           "RFC 5321 §4.5.3.1.1"),
      path("domain-255", should, "A domain of 255 octets gets a clear answer",
           "MAIL FROM:<a@" + label('a') + '.' + label('b') + '.' + label('c') + '.' +
               run_of('d', 63) + ">",
           "250|4xx|501|55x",
           "255 octets are a domain's most; it may be unknown, but the line is no error.",
           "RFC 5321 §4.5.3.1.2"),
      path("domain-256", should, "A domain of 256 octets gets a clear answer",
           "MAIL FROM:<a@" + label('a') + '.' + label('b') + '.' + label('c') + '.' +
               run_of('d', 62) + ".e>",
           "250|4xx|501|55x", "It is one octet too long; the session goes on.",
           "RFC 5321 §4.5.3.1.2"),
      path("domain-case", must, "A sender's domain in upper case", "MAIL FROM:<a@{SENDER-DOMAIN}>",
           "250", "Domains are not case sensitive.", "RFC 5321 §2.4"),
      path_if("MAIL FROM:<a@a.{sender-domain}>",
              path("deep-domain", must, "A domain of many labels",
                   "MAIL FROM:<a@a.b.c.d.e.f.g.h.i.j.{sender-domain}>", "250",
                   "A domain may have any number of labels within 255 octets.")),
  };
}

Cases refused_senders() {
  return {
      path("nothing", must, "MAIL FROM: without a path", "MAIL FROM:", "5xx",
           "mail = \"MAIL FROM:\" Reverse-path; the null one is written <>."),
      path("bare-verb", must, "MAIL alone", "MAIL", "5xx", "mail = \"MAIL FROM:\" Reverse-path."),
      path("no-from", should, "MAIL <address>", "MAIL <{sender}>", "5xx",
           "mail = \"MAIL FROM:\" Reverse-path."),
      path("to-in-mail", must, "MAIL TO:", "MAIL TO:<{sender}>", "5xx",
           "mail = \"MAIL FROM:\" Reverse-path."),
      path("no-colon", should, "MAIL FROM without a colon", "MAIL FROM<{sender}>", "5xx",
           "mail = \"MAIL FROM:\" Reverse-path."),
      path("no-brackets", should, "A path without brackets", "MAIL FROM:{sender}", "5xx",
           "Path = \"<\" ... \">\"; guessing at where it ends is how parameters become addresses."),
      path("unclosed", should, "A path that is not closed", "MAIL FROM:<{sender}", "5xx",
           "Path = \"<\" ... \">\"."),
      path("unopened", should, "A path that is not opened", "MAIL FROM:{sender}>", "5xx",
           "Path = \"<\" ... \">\"."),
      path("text-behind", must, "Text right behind the path", "MAIL FROM:<{sender}>x", "5xx",
           "Parameters stand behind a space."),
      path("two-paths", must, "Two paths", "MAIL FROM:<{sender}> <{sender}>", "5xx",
           "A path is no parameter."),
      path("nested", should, "Brackets in brackets", "MAIL FROM:<<{sender}>>", "5xx",
           "< is not allowed in a mailbox outside of quotes."),
      path("no-local", should, "A mailbox without a local part", "MAIL FROM:<@example.org>", "5xx",
           "Mailbox = Local-part \"@\" Domain, and neither may be empty."),
      path("empty-domain", should, "A mailbox with an empty domain", "MAIL FROM:<a@>", "5xx",
           "Mailbox = Local-part \"@\" Domain, and neither may be empty."),
      path("no-domain", should, "A sender without a domain", "MAIL FROM:<conform-nobody>", "5xx",
           "Only Postmaster may stand alone, and only as a recipient."),
      path("two-ats", should, "Two @ outside of quotes", "MAIL FROM:<a@b@example.org>", "5xx",
           "Servers that take the first for the one, and others the last, disagree on who it is."),
      path("leading-dot", should, "A dot at the beginning of a local part",
           "MAIL FROM:<.a@example.org>", "5xx", "Dot-string = Atom *(\".\" Atom)."),
      path("trailing-dot-local", should, "A dot at the end of a local part",
           "MAIL FROM:<a.@example.org>", "5xx", "Dot-string = Atom *(\".\" Atom)."),
      path("two-dots", should, "Two dots in a local part", "MAIL FROM:<a..b@example.org>", "5xx",
           "Dot-string = Atom *(\".\" Atom)."),
      path("empty-label", should, "An empty label in a domain", "MAIL FROM:<a@example..org>", "5xx",
           "Domain = sub-domain *(\".\" sub-domain)."),
      path("trailing-dot", should, "A dot at the end of a domain", "MAIL FROM:<a@example.org.>",
           "5xx", "In SMTP a domain is always the full one, and is written without the last dot.",
           "RFC 5321 §2.3.5"),
      path("label-hyphen", should, "A label that begins with a hyphen",
           "MAIL FROM:<a@-example.org>", "5xx", "sub-domain = Let-dig [Ldh-str]."),
      path("numeric-dot", should, "An address without brackets, with a dot behind it",
           "MAIL FROM:<a@192.0.2.1.>", "5xx", "It is neither a domain nor a literal."),
      path("ipv4-range", should, "An IPv4 literal out of range", "MAIL FROM:<a@[999.1.1.1]>", "5xx",
           "Snum is 0 to 255.", "RFC 5321 §4.1.3"),
      path("ipv6-bad", should, "An IPv6 literal that is none", "MAIL FROM:<a@[IPv6:2001:db8]>",
           "5xx", "Six groups are missing, and no :: stands for them.", "RFC 5321 §4.1.3"),
      path("literal-open", should, "A literal that is not closed", "MAIL FROM:<a@[192.0.2.1>",
           "5xx", "address-literal = \"[\" ... \"]\".", "RFC 5321 §4.1.3"),
      path("quote-open", should, "A quote that is not closed", "MAIL FROM:<\"a@example.org>", "5xx",
           "Quoted-string = DQUOTE *QcontentSMTP DQUOTE."),
      path("space", should, "A space in a local part", "MAIL FROM:<a b@example.org>", "5xx",
           "A space may stand in a local part only in quotes."),
      path("domain-space", should, "A space in a domain", "MAIL FROM:<a@exam ple.org>", "5xx",
           "sub-domain = Let-dig [Ldh-str]."),
      path("delete", should, "DEL in a local part",
           "MAIL FROM:<a\x7f"
           "b@example.org>",
           "5xx", "atext has no control characters."),
      path("comment", should, "A comment in a path", "MAIL FROM:<a(b)@example.org>", "5xx",
           "Comments belong to header fields; the envelope knows none."),
  };
}

Cases recipients_paths() {
  return {
      path("postmaster", must, "RCPT TO:<Postmaster>", "RCPT TO:<Postmaster>", "250|251",
           "Each server must take mail for Postmaster without a domain.", "RFC 5321 §4.5.1"),
      path("postmaster-lower", must, "RCPT TO:<postmaster>", "RCPT TO:<postmaster>", "250|251",
           "Postmaster is the one local part that is not case sensitive.", "RFC 5321 §4.5.1"),
      path("postmaster-upper", must, "RCPT TO:<POSTMASTER>", "RCPT TO:<POSTMASTER>", "250|251",
           "Postmaster is the one local part that is not case sensitive.", "RFC 5321 §4.5.1"),
      path("rcpt-null", must, "RCPT TO:<>", "RCPT TO:<>", "5xx", "Only a sender may be null.",
           "RFC 5321 §4.1.1.3"),
      path("rcpt-nothing", must, "RCPT TO: without a path", "RCPT TO:", "5xx",
           "rcpt = \"RCPT TO:\" Forward-path.", "RFC 5321 §4.1.1.3"),
      path("rcpt-bare", must, "RCPT alone", "RCPT", "5xx", "rcpt = \"RCPT TO:\" Forward-path.",
           "RFC 5321 §4.1.1.3"),
      path("rcpt-from", must, "RCPT FROM:", "RCPT FROM:<{rcpt}>", "5xx",
           "rcpt = \"RCPT TO:\" Forward-path.", "RFC 5321 §4.1.1.3"),
      path("rcpt-unclosed", should, "A recipient that is not closed", "RCPT TO:<{rcpt}", "5xx",
           "Path = \"<\" ... \">\"."),
      path("rcpt-no-brackets", should, "A recipient without brackets", "RCPT TO:{rcpt}", "5xx",
           "Path = \"<\" ... \">\"."),
      path("rcpt-two", must, "Two recipients in one command", "RCPT TO:<{rcpt}>,<{rcpt}>", "5xx",
           "One RCPT names one recipient.", "RFC 5321 §4.1.1.3"),
      path("rcpt-empty-domain", should, "A recipient with an empty domain", "RCPT TO:<conform@>",
           "5xx", "Mailbox = Local-part \"@\" Domain, and neither may be empty."),
      path("rcpt-text-behind", must, "Text right behind a recipient", "RCPT TO:<{rcpt}>x", "5xx",
           "Parameters stand behind a space."),
  };
}

Case at_domain(Case each) {
  each.needs = "domain";
  return each;
}

}  // namespace

Cases paths() {
  Cases all = accepted_senders();
  for (Case& each : refused_senders()) all.push_back(std::move(each));
  for (Case& each : recipients_paths()) all.push_back(std::move(each));
  all.push_back(at_domain(path("postmaster-domain", must, "postmaster at the domain",
                               "RCPT TO:<postmaster@{domain}>", "250|251",
                               "Each domain that is served has a postmaster.", "RFC 5321 §4.5.1")));
  all.push_back(at_domain(path("rcpt-domain-case", must, "The recipient's domain in upper case",
                               "RCPT TO:<{local}@{DOMAIN}>", "250|251",
                               "Domains are not case sensitive.", "RFC 5321 §2.4")));
  all.push_back(at_domain(
      path("rcpt-source-route", should, "A source route to a recipient that exists",
           "RCPT TO:<@relay.example.net:{rcpt}>", "250|251",
           "Source routes must be accepted and should be ignored: the mailbox behind them counts.",
           "RFC 5321 Appendix C")));
  all.push_back(at_domain(path("rcpt-quoted-same", should, "The recipient's local part in quotes",
                               "RCPT TO:<\"{local}\"@{domain}>", "250|251",
                               "Quotes that are not needed do not make another mailbox.")));
  return all;
}

}  // namespace quoth::conform::cases
