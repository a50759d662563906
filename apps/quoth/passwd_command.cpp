#include "apps/quoth/passwd_command.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/quoth/closest.hpp"
#include "apps/quoth/escape.hpp"
#include "apps/quoth/failure.hpp"
#include "apps/quoth/password_input.hpp"
#include "credentials/new_user.hpp"
#include "credentials/password_hash.hpp"
#include "credentials/scram_text.hpp"
#include "credentials/users.hpp"
#include "credentials/users_edit.hpp"
#include "credentials/users_file.hpp"

namespace quoth::app {
namespace {

constexpr std::size_t short_password = 8;
constexpr std::string_view actions_text = "add, rm, verify or list";

Failure usage(std::string_view message, std::string_view advice) {
  return {message, advice, ExitCode::usage};
}

/// Of UTF-8.
std::size_t characters_in(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

/// One run of the command.
class Passwd {
 public:
  Passwd(const PasswdArguments& arguments, const PasswordSource& read_password, bool is_asked_twice)
      : arguments_{arguments}, read_password_{read_password}, is_asked_twice_{is_asked_twice} {}

  Finished run();

 private:
  Finished add();
  Finished remove();
  Finished verify();
  Finished list();

  void check_options() const;
  [[nodiscard]] credentials::Recipe recipe() const;
  [[nodiscard]] credentials::FileText file() const;
  [[nodiscard]] credentials::Users users_in(const std::string& text) const;
  [[nodiscard]] credentials::FileEdit begin_edit() const;
  void commit(credentials::FileEdit& edit, std::string_view text) const;
  void check_is_new(const credentials::Users& users) const;
  [[nodiscard]] std::string new_password();
  [[nodiscard]] std::string prepared(const std::string& password) const;
  [[nodiscard]] Failure file_failure(std::string_view what, int error) const;
  [[nodiscard]] std::string shown_file() const { return escaped_line(arguments_.file); }

  const PasswdArguments& arguments_;
  const PasswordSource& read_password_;
  bool is_asked_twice_;
  std::string name_;  // prepared
  std::string warnings_;
};

Failure Passwd::file_failure(std::string_view what, int error) const {
  const std::string_view advice = error == ENOENT
                                      ? "`quoth passwd add` makes the file; its folder must exist"
                                      : "see who may read and write it, and the folder it is in";
  return {fmt::format("cannot {} {}: {}", what, shown_file(), system_message(error)), advice,
          exit_code_of(error)};
}

void Passwd::check_options() const {
  const bool makes_hash = arguments_.hash || arguments_.cost || arguments_.iterations ||
                          arguments_.scram || arguments_.no_scram || arguments_.replace;
  if (makes_hash && arguments_.action != "add") {
    throw usage(fmt::format("`quoth passwd {}` makes no password", arguments_.action),
                "--replace, --hash, --cost, --scram, --no-scram and --iterations go with `add`");
  }
  if (arguments_.file.empty()) {
    throw usage("no file was named", "as in `quoth passwd list --file /etc/quoth/users`");
  }
  if (arguments_.action == "list") {
    if (!arguments_.name.empty()) throw usage("`quoth passwd list` takes no name", "it lists all");
  } else if (arguments_.name.empty()) {
    throw usage("no user was named",
                fmt::format("as in `quoth passwd {} ann --file FILE`", arguments_.action));
  }
}

Finished Passwd::run() {
  const std::vector<std::string_view> names{"add", "rm", "verify", "list"};
  using Action = Finished (Passwd::*)();
  const std::vector<Action> actions{&Passwd::add, &Passwd::remove, &Passwd::verify, &Passwd::list};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (arguments_.action != names[i]) continue;
    check_options();
    if (arguments_.action != "list") {
      const std::string_view problem = credentials::problem_of_name(arguments_.name);
      if (!problem.empty()) {
        throw Failure{fmt::format("the name `{}` {}", escaped_line(arguments_.name), problem),
                      "choose another name", ExitCode::data};
      }
      name_ = *credentials::prepared_name(arguments_.name);
    }
    return (this->*actions[i])();
  }
  if (arguments_.action.empty()) {
    throw usage("no action was given", fmt::format("expected {}", actions_text));
  }
  const std::string_view meant = closest(arguments_.action, names);
  throw usage(fmt::format("unknown action `{}`", escaped_line(arguments_.action)),
              meant.empty() ? fmt::format("expected {}", actions_text)
                            : fmt::format("did you mean `{}`?", meant));
}

credentials::Recipe Passwd::recipe() const {
  credentials::Recipe recipe;
  if (arguments_.hash) {
    const auto kind = credentials::hash_kind_of_name(*arguments_.hash);
    if (!kind) {
      throw usage(fmt::format("unknown hash `{}`", escaped_line(*arguments_.hash)),
                  "expected yescrypt, bcrypt or sha512");
    }
    recipe.kind = *kind;
  }
  recipe.cost = arguments_.cost.value_or(0);
  recipe.has_scram = !arguments_.no_scram;
  recipe.iterations = arguments_.iterations.value_or(recipe.iterations);
  if (recipe.iterations < credentials::min_iterations ||
      recipe.iterations > credentials::max_iterations) {
    throw usage("`--iterations` is out of range", "it is a number from 4096 to 10000000");
  }
  if (arguments_.iterations && !recipe.has_scram) {
    throw usage("`--iterations` goes with SCRAM, and there is `--no-scram`", "leave one out");
  }
  return recipe;
}

credentials::FileText Passwd::file() const {
  Result<credentials::FileText> file = credentials::read_file(arguments_.file);
  if (!file) throw file_failure("read", file.error().value());
  return *std::move(file);
}

credentials::Users Passwd::users_in(const std::string& text) const {
  credentials::ParsedUsers parsed = credentials::parse_users(text);
  if (parsed.problems.empty()) return std::move(parsed.users);
  std::string lines;
  for (const credentials::Problem& problem : parsed.problems) {
    if (!lines.empty()) lines += '\n';
    lines += credentials::problem_text(shown_file(), problem);
  }
  throw Failure{fmt::format("{} is broken; nothing was changed", shown_file()), lines,
                ExitCode::config};
}

credentials::FileEdit Passwd::begin_edit() const {
  Result<credentials::FileEdit> edit = credentials::FileEdit::begin(arguments_.file);
  if (!edit) throw file_failure("open", edit.error().value());
  return *std::move(edit);
}

void Passwd::commit(credentials::FileEdit& edit, std::string_view text) const {
  const Result<void> written = edit.commit(text);
  if (!written) throw file_failure("write", written.error().value());
}

void Passwd::check_is_new(const credentials::Users& users) const {
  if (arguments_.replace || users.find(name_) == nullptr) return;
  throw Failure{fmt::format("`{}` is in {} already", name_, shown_file()),
                "--replace gives the user a new password", ExitCode::data};
}

std::string Passwd::prepared(const std::string& password) const {
  const std::string_view problem = credentials::problem_of_password(password);
  if (!problem.empty()) {
    throw Failure{fmt::format("the password {}", problem), "choose another one", ExitCode::data};
  }
  return *credentials::prepared_password(password);
}

std::string Passwd::new_password() {
  const std::string password = read_password_(fmt::format("New password for {}: ", name_));
  const std::string result = prepared(password);
  if (is_asked_twice_ && read_password_("The same again: ") != password) {
    throw Failure{"the two passwords differ", "try again", ExitCode::data};
  }
  if (const std::size_t size = characters_in(result); size < short_password) {
    warnings_ += fmt::format("warning: a password of {} characters is soon guessed\n", size);
  }
  return result;
}

Finished Passwd::add() {
  const credentials::Recipe how = recipe();
  {
    // Before anybody has to think of a password.
    const Result<credentials::FileText> old = credentials::read_file(arguments_.file);
    if (old) {
      check_is_new(users_in(old->text));
      const std::string warning = credentials::warning_of_mode(shown_file(), old->state);
      if (!warning.empty()) warnings_ += fmt::format("warning: {}\n", warning);
    }
  }
  const std::string password = new_password();
  if (how.kind == credentials::HashKind::bcrypt &&
      password.size() > credentials::max_bcrypt_bytes) {
    throw Failure{"the password is longer than the 72 octets that bcrypt looks at",
                  "choose a shorter one, or another --hash", ExitCode::data};
  }
  const Result<credentials::User> user = credentials::make_user(name_, password, how);
  if (!user) {
    throw usage("`--cost` is out of range",
                "yescrypt takes 1 to 11, bcrypt 4 to 31, sha512 1000 to 999999999");
  }
  credentials::FileEdit edit = begin_edit();
  const credentials::Users users = users_in(edit.text());
  check_is_new(users);
  const bool is_new = users.find(name_) == nullptr;
  commit(edit, credentials::with_user(edit.text(), *user));
  return {ExitCode::ok,
          fmt::format("{} {} in {}\n", is_new ? "added" : "replaced", name_, shown_file()),
          warnings_};
}

Finished Passwd::remove() {
  credentials::FileEdit edit = begin_edit();
  (void)users_in(edit.text());
  const std::optional<std::string> text = credentials::without_user(edit.text(), name_);
  if (!text) {
    throw Failure{fmt::format("`{}` is not in {}", name_, shown_file()),
                  "`quoth passwd list` shows who is", ExitCode::data};
  }
  commit(edit, *text);
  return {ExitCode::ok, fmt::format("removed {} from {}\n", name_, shown_file()), {}};
}

Finished Passwd::verify() {
  const credentials::Users users = users_in(file().text);
  const credentials::KnownUser* const known = users.find(name_);
  if (known == nullptr) {
    return {ExitCode::failed, {}, fmt::format("`{}` is not in {}\n", name_, shown_file())};
  }
  if (!credentials::has_password(known->user)) {
    return {ExitCode::failed, {}, fmt::format("`{}` has no password\n", name_)};
  }
  const std::string password = read_password_(fmt::format("Password of {}: ", name_));
  const std::optional<std::string> result = credentials::prepared_password(password);
  if (!result || !credentials::fits_all(known->user, *result)) {
    return {ExitCode::failed, {}, fmt::format("that is not the password of `{}`\n", name_)};
  }
  return {ExitCode::ok, fmt::format("that is the password of {}\n", name_), {}};
}

Finished Passwd::list() {
  const credentials::FileText text = file();
  const credentials::Users users = users_in(text.text);
  std::string lines;
  for (const auto& [name, known] : users.all()) {
    lines += fmt::format("{}  {}\n", name, credentials::kinds_text(known.user));
  }
  const std::string warning = credentials::warning_of_mode(shown_file(), text.state);
  return {ExitCode::ok, lines, warning.empty() ? "" : fmt::format("warning: {}\n", warning)};
}

}  // namespace

Finished passwd_command(const PasswdArguments& arguments, const PasswordSource& read_password,
                        bool is_asked_twice) {
  return Passwd{arguments, read_password, is_asked_twice}.run();
}

Finished passwd_command(const PasswdArguments& arguments) {
  return passwd_command(arguments, read_password_line, is_terminal());
}

}  // namespace quoth::app
