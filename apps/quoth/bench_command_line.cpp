#include "apps/quoth/bench_command_line.hpp"

#include <CLI/CLI.hpp>

namespace quoth::app {
namespace {

void add_amounts(CLI::App& command, BenchArguments& to) {
  command.add_option("--connections", to.connections, "Connections at once (10)")
      ->type_name("NUMBER");
  command.add_option("--messages", to.messages, "Messages in all (10000)")->type_name("NUMBER");
  command.add_option("--duration", to.duration, "For so long, in place of --messages")
      ->type_name("TIME");
  command.add_option("--warm-up", to.warm_up, "The same load first, not counted (0s)")
      ->type_name("TIME");
  command
      .add_option("--per-connection", to.per_connection,
                  "Messages on a connection, then QUIT and a new one (1); 0: all")
      ->type_name("NUMBER");
  command.add_option("--rate", to.rate, "Messages a second to hold, however slow the server is")
      ->type_name("NUMBER");
  command.add_option("--threads", to.threads, "Threads of the generator (1)")->type_name("NUMBER");
  command.add_flag("--spin", to.spin, "Its threads never sleep: the server need not wake them");
  command.add_option("--timeout", to.timeout, "For each wait (30s)")->type_name("TIME");
}

void add_messages(CLI::App& command, BenchArguments& to) {
  command.add_option("--size", to.size, "A message's text with its header (1KiB)")
      ->type_name("SIZE");
  command.add_option("--recipients", to.recipients, "RCPT commands a message (1)")
      ->type_name("NUMBER");
  command.add_flag("--pipelining", to.pipelining, "MAIL, RCPT and DATA in one write");
  command.add_flag("--bdat", to.bdat, "BDAT in place of DATA");
  command.add_option("--chunk", to.chunk, "With --bdat: so much in each (all)")->type_name("SIZE");
  command.add_option("--from", to.from, "The sender (bench@example.org)")->type_name("MAILBOX");
  command
      .add_option("--to", to.to,
                  "The recipients (bench@example.org); {n} becomes 1, 2, … of a message's")
      ->type_name("MAILBOX");
  command.add_option("--helo", to.helo, "What EHLO says (bench.example.org)")->type_name("NAME");
}

void add_ways(CLI::App& command, BenchArguments& to) {
  command.add_flag("--lmtp", to.lmtp, "The server speaks LMTP");
  command.add_flag("--tls", to.tls, "The server speaks TLS from the first octet");
  command.add_flag("--starttls", to.starttls, "Behind STARTTLS");
  command.add_flag("--resume", to.resume, "TLS sessions go on; without it all handshakes are full");
  command
      .add_option("--user", to.user,
                  "One who logs in (PLAIN); the password comes from standard input, one line")
      ->type_name("NAME");
  command.add_option("--password-file", to.password_file, "The password comes from this file")
      ->type_name("FILE");
}

void add_measures(CLI::App& command, BenchArguments& to) {
  command.add_option("--idle", to.idle, "Connections that only wait; what each costs is measured")
      ->type_name("NUMBER");
  command.add_option("--hold", to.hold, "How long they wait before that (2s)")->type_name("TIME");
  command.add_option("--spawn", to.spawn, "Starts the server by the shell, measures it, ends it")
      ->type_name("COMMAND");
  command.add_option("--pid", to.pid, "Measures this process and its descendants")
      ->type_name("NUMBER");
  command.add_flag("--json", to.json, "Print JSON");
}

}  // namespace

void add_bench_options(CLI::App& command, BenchArguments& to) {
  command.add_option("SERVER", to.server, "HOST:PORT, or unix:/path")->type_name(" ");
  add_amounts(command, to);
  add_messages(command, to);
  add_ways(command, to);
  add_measures(command, to);
}

}  // namespace quoth::app
