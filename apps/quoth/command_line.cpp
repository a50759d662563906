#include "apps/quoth/command_line.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <quoth/version.hpp>

#include "apps/quoth/bench_command_line.hpp"
#include "apps/quoth/closest.hpp"
#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/key_hints.hpp"

namespace quoth::app {
namespace {

using Outcome = std::variant<Invocation, Finished>;

constexpr const char* examples = R"(Examples:
  quoth serve                                      takes mail on 127.0.0.1:1025 into ./mail
  quoth serve --config /etc/quoth/quoth.toml
  quoth check-config /etc/quoth/quoth.toml
  quoth conform 127.0.0.1:1025                     tests a server, ours or another
  quoth bench 127.0.0.1:1025 --connections 50      measures one
  quoth passwd add ann --file /etc/quoth/users     gives a user a password
  quoth COMMAND --help                             says more)";

constexpr const char* serve_examples =
    R"(Without a file, takes mail for every address on 127.0.0.1:1025 and
stores it in ./mail/{domain}/{local}, each a Maildir. Ctrl-C drains and
stops; twice stops now.

Examples:
  quoth serve
  quoth serve --config /etc/quoth/quoth.toml
  quoth serve --config test.toml --ready-file /tmp/quoth.json
  quoth serve --config /etc/quoth/quoth.toml --user quoth

Exit codes: 0 stopped, 64 command line, 69 address not to be had,
74 file, 77 not permitted, 78 configuration)";

constexpr const char* check_examples =
    R"(Prints what would be served, or all that is wrong. Listens nowhere.

Examples:
  quoth check-config /etc/quoth/quoth.toml
  quoth check-config                               what is served without a file

Exit codes: 0 good, 64 command line, 78 configuration)";

constexpr const char* conform_examples =
    R"(Runs cases about RFC conformance and security against any SMTP or LMTP
server, and says of each what was sent, what came, and why that is right
or wrong. Messages go to --rcpt: name one whose mail may be thrown away.

Examples:
  quoth conform 127.0.0.1:1025
  quoth conform mx.example.org:25 --rcpt ann@example.org --maildir ~ann/Maildir
  quoth conform unix:/run/dovecot/lmtp --lmtp --rcpt ann@example.org
  quoth conform mx.example.org:465 --tls --submission --user ann < password
  quoth conform 127.0.0.1:25 --only smuggling,relay,'data.dot-*' --json
  quoth conform --list

Exit codes: 0 good, 1 a MUST or SECURITY case failed, 64 command line,
69 no server to be reached)";

constexpr const char* bench_examples =
    R"(Puts a load on an SMTP or LMTP server, checks every reply, and says how many
messages a second it took, how long they took, and, with --spawn or --pid,
what they cost the server. Send to servers and mailboxes that are yours.

SIZE is as 1KiB or 1MiB, TIME as 500ms, 10s or 2m. Certificates are not
verified. Ctrl-C ends it and prints what was measured so far.

Examples:
  quoth bench 127.0.0.1:1025
  quoth bench 127.0.0.1:1025 --connections 50 --per-connection 100 --pipelining
  quoth bench 127.0.0.1:2525 --spawn 'exec quoth serve --config q.toml 2>log'
  quoth bench 127.0.0.1:1025 --rate 500 --duration 1m --warm-up 5s
  quoth bench 127.0.0.1:1025 --idle 10000 --pid 4711
  quoth bench mail.example.org:465 --tls --resume --user ann < password
  quoth bench unix:/run/lmtp.sock --lmtp --recipients 5 --to 'ann{n}@example.org'

Exit codes: 0 measured, 64 command line, 69 no server to be reached, or
replies that should not have come)";

constexpr const char* passwd_examples =
    R"(Keeps users and the hashes of their passwords in a file. The password is
one line of standard input; on a terminal it is asked for and not shown.

ACTION: add (a user, or with --replace a new password), rm, verify (does the
password fit?), list (names, and what each can log in with).

Examples:
  quoth passwd add ann@example.org --file /etc/quoth/users
  quoth passwd add ann@example.org --file /etc/quoth/users --replace
  pwgen -s 20 1 | quoth passwd add robot --file users --hash bcrypt --no-scram
  quoth passwd verify ann@example.org --file /etc/quoth/users
  quoth passwd list --file /etc/quoth/users

Exit codes: 0 done, 1 the password does not fit, 64 command line,
65 name or password, 74 file, 77 not permitted, 78 the file is broken)";

constexpr const char* version_examples = R"(Examples:
  quoth version
  quoth --version)";

std::string version_line() { return fmt::format("quoth {}", version()); }

/// The program's commands and options, bound to what they fill in.
class Parser {
 public:
  Parser();

  Outcome parse(int argc, const char* const* argv);

 private:
  void add_conform_options();
  void add_passwd_options();
  CLI::App& add(const char* name, const char* what, const char* footer);
  [[nodiscard]] Outcome outcome() const;
  [[nodiscard]] Outcome unexpected(const std::string& argument) const;
  /// The option that was given without a value.
  [[nodiscard]] std::string named_but_empty() const;
  [[nodiscard]] std::string hint_for(const std::string& argument) const;
  /// The command that was given, else the program.
  [[nodiscard]] const CLI::App& chosen() const;

  CLI::App app_{"An event-driven SMTP server", "quoth"};
  CLI::App& serve_;
  CLI::App& check_;
  CLI::App& conform_;
  CLI::App& bench_;
  CLI::App& passwd_;
  CLI::App& version_;
  Invocation invocation_;
  std::string checked_file_;
};

Outcome usage_error(std::string_view message, std::string_view advice) {
  return Finished{ExitCode::usage, {}, failure_text(message, advice, ExitCode::usage)};
}

Parser::Parser()
    : serve_{add("serve", "Take mail", serve_examples)},
      check_{add("check-config", "Check a configuration file", check_examples)},
      conform_{add("conform", "Test an SMTP or LMTP server", conform_examples)},
      bench_{add("bench", "Measure an SMTP or LMTP server under load", bench_examples)},
      passwd_{add("passwd", "Keep users and their passwords", passwd_examples)},
      version_{add("version", "Print the version", version_examples)} {
  app_.allow_extras();  // reported here, with what may have been meant
  app_.footer(examples);
  app_.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app_.set_version_flag("--version", version_line(), "Print the version and exit");
  serve_.add_option("--config", invocation_.config_file, "The configuration, a TOML file")
      ->type_name("FILE");
  serve_
      .add_option("--ready-file", invocation_.ready_file,
                  "Written once clients can connect: JSON with each address and port")
      ->type_name("FILE");
  serve_
      .add_option("--user", invocation_.user,
                  "Whom it becomes once it listens, if it was started as root")
      ->type_name("NAME");
  check_.add_option("FILE", checked_file_, "The configuration, a TOML file")->type_name(" ");
  check_.add_option("--config", invocation_.config_file, "The same")->type_name("FILE");
  add_conform_options();
  add_bench_options(bench_, invocation_.bench);
  add_passwd_options();
}

void Parser::add_conform_options() {
  ConformArguments& to = invocation_.conform;
  conform_.add_option("SERVER", to.server, "HOST:PORT, or unix:/path")->type_name(" ");
  conform_.add_option("--rcpt", to.rcpt, "A recipient that exists (postmaster)")
      ->type_name("MAILBOX");
  conform_
      .add_option("--unknown-rcpt", to.unknown_rcpt,
                  "One that does not exist (made up at the domain of --rcpt, if it has one)")
      ->type_name("MAILBOX");
  conform_.add_option("--sender", to.sender, "The sender (conform@example.org)")
      ->type_name("MAILBOX");
  conform_
      .add_option("--maildir", to.maildir,
                  "Where mail for --rcpt arrives; what was delivered is looked at there")
      ->type_name("FOLDER");
  conform_
      .add_option("--only", to.only, "These groups or ids alone, with * and ?; may be repeated")
      ->type_name("PATTERN,...")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->expected(1);
  conform_.add_option("--timeout", to.timeout_seconds, "For each wait, in seconds (10)")
      ->type_name("SECONDS");
  conform_.add_option("--jobs", to.jobs, "Cases at a time (8)")->type_name("NUMBER");
  conform_.add_flag("--lmtp", to.is_lmtp, "The server speaks LMTP");
  conform_.add_flag("--tls", to.tls, "The server speaks TLS from the first octet");
  conform_.add_flag("--starttls", to.starttls, "All cases behind STARTTLS");
  conform_
      .add_option("--user", to.user,
                  "One who may log in; the password comes from standard input, one line")
      ->type_name("NAME");
  conform_.add_option("--password-file", to.password_file, "The password comes from this file")
      ->type_name("FILE");
  conform_.add_flag("--submission", to.submission, "MAIL wants a login: --user logs in each time");
  conform_.add_flag("--own-sender", to.own_sender,
                    "Users may only send as themselves: as --sender");
  conform_.add_flag("--proxy", to.proxy, "The server wants PROXY headers from this host");
  conform_.add_flag("--xclient", to.xclient, "The server takes XCLIENT from this host");
  conform_.add_flag("--json", to.json, "Print JSON");
  conform_.add_flag("--list", to.list, "List the cases; nothing is run");
}

void Parser::add_passwd_options() {
  PasswdArguments& to = invocation_.passwd;
  passwd_.add_option("ACTION", to.action, "add, rm, verify or list")->type_name(" ");
  passwd_.add_option("NAME", to.name, "The user")->type_name(" ");
  passwd_.add_option("--file", to.file, "The users file")->type_name("FILE");
  passwd_.add_flag("--replace", to.replace, "add: the user may be there already");
  passwd_.add_option("--hash", to.hash, "add: yescrypt, bcrypt or sha512 (yescrypt)")
      ->type_name("KIND");
  passwd_.add_option("--cost", to.cost, "add: how dear the hash is (5, 11, or 100000 rounds)")
      ->type_name("NUMBER");
  passwd_.add_flag("--scram", to.scram, "add: keys for SCRAM, too (they are made anyway)");
  passwd_.add_flag("--no-scram", to.no_scram, "add: none of them")->excludes("--scram");
  passwd_.add_option("--iterations", to.iterations, "add: of SCRAM (15000)")->type_name("NUMBER");
}

CLI::App& Parser::add(const char* name, const char* what, const char* footer) {
  CLI::App* command = app_.add_subcommand(name, what);
  command->allow_extras();
  command->group("Commands");
  command->footer(footer);
  return *command;
}

Outcome Parser::parse(int argc, const char* const* argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::Success& wish) {  // --help, --version
    std::ostringstream out;
    app_.exit(wish, out, out);
    return Finished{ExitCode::ok, out.str(), {}};
  } catch (const CLI::ArgumentMismatch& error) {  // "--config: 1 required FILE missing"
    std::string_view option = error.what();
    option = option.substr(0, option.find(':'));
    const std::string_view how_often = option == "--only" ? "each time" : "once";
    return usage_error(fmt::format("`{}` takes one value, {}", option, how_often),
                       "`quoth --help` shows what there is");
  } catch (const CLI::ParseError& error) {
    return usage_error(escaped_line(error.what()), "`quoth --help` shows what there is");
  }
  return outcome();
}

Outcome Parser::outcome() const {
  const std::vector<std::string> extras = app_.remaining(true);
  if (!extras.empty()) return unexpected(extras.front());
  if (const std::string name = named_but_empty(); !name.empty()) {
    return usage_error(fmt::format("`{}` is empty", name),
                       "perhaps a variable of the shell is not set");
  }
  Invocation result = invocation_;
  if (!checked_file_.empty()) {
    if (!result.config_file.empty()) return usage_error("two files were named", "name one");
    result.config_file = checked_file_;
  }
  if (serve_.parsed()) {
    result.command = Invocation::Command::serve;
  } else if (check_.parsed()) {
    result.command = Invocation::Command::check_config;
  } else if (conform_.parsed()) {
    result.command = Invocation::Command::conform;
  } else if (bench_.parsed()) {
    result.command = Invocation::Command::bench;
  } else if (passwd_.parsed()) {
    result.command = Invocation::Command::passwd;
  } else if (version_.parsed()) {
    result.command = Invocation::Command::version;
  } else {
    return usage_error("no command was given",
                       "`quoth serve` takes mail; `quoth --help` shows what there is");
  }
  return result;
}

// An empty name would mean no file, and so another configuration than the one that was meant.
std::string Parser::named_but_empty() const {
  for (const CLI::Option* option : chosen().get_options()) {
    if (option->count() > 0 && option->results().front().empty()) return option->get_name();
  }
  return {};
}

const CLI::App& Parser::chosen() const {
  const std::vector<CLI::App*> commands = app_.get_subcommands();
  return commands.empty() ? app_ : *commands.front();
}

std::string Parser::hint_for(const std::string& argument) const {
  const CLI::App& command = chosen();
  std::vector<std::string> names;
  if (argument.starts_with('-')) {
    for (const CLI::Option* option : command.get_options()) names.push_back(option->get_name());
  } else if (&command == &app_) {
    for (const CLI::App* each : app_.get_subcommands({})) names.push_back(each->get_name());
  }
  const std::vector<std::string_view> views{names.begin(), names.end()};
  const std::string_view meant = closest(argument.substr(0, argument.find('=')), views);
  if (!meant.empty()) return fmt::format("did you mean `{}`?", meant);
  if (!views.empty()) return fmt::format("expected {}", choices(views));
  return fmt::format("`quoth {} --help` shows what it takes", command.get_name());
}

Outcome Parser::unexpected(const std::string& argument) const {
  // What is one too many may be a password: it is not shown once more.
  if (passwd_.parsed() && !argument.starts_with('-')) {
    return usage_error("there is one argument too many",
                       "a password is read from standard input, never from the command line");
  }
  std::string_view kind = "unexpected argument";
  if (argument.starts_with('-')) {
    kind = "unknown option";
  } else if (&chosen() == &app_) {
    kind = "unknown command";
  }
  std::string name = argument;
  if (passwd_.parsed()) name.resize(std::min(argument.find('='), argument.size()));
  if (passwd_.parsed() && !name.starts_with("--")) name.resize(2);  // -pSECRET
  return usage_error(fmt::format("{} `{}`", kind, escaped_line(name)), hint_for(argument));
}

}  // namespace

std::variant<Invocation, Finished> parse_command_line(int argc, const char* const* argv) {
  return Parser{}.parse(argc, argv);
}

}  // namespace quoth::app
