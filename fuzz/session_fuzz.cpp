// Whole sessions: a real Connection on a socket, with handlers, a store in memory and the client's
// octets in the pieces that the input chooses, then its end. Whatever comes: replies are in step
// with what was said, stored is what a client would think was (ClientView), nothing of a session is
// left, and its memory is given back. Sent whole the same octets come to the same.
//
// Input: one octet chooses the limits, one the rules for text and how the store works, one what
// else the server does, and whether ann may log in, in the clear, with "pencil"; the last octet
// says how many before it are the lengths of the pieces (less one; none: each octet by itself, or a
// few), and what is between is what the client says. Handlers refuse who is called "no", defer
// "later", hang up on "bye". A sender "data" is refused at DATA, for "drop" nobody takes the
// message, for "throw" a handler fails, for "full" the store. Recipients "part" do not get the
// message. A field X-No in the header refuses it.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <quoth/assert.hpp>
#include <quoth/auth.hpp>
#include <quoth/chains.hpp>
#include <quoth/event.hpp>
#include <quoth/log.hpp>
#include <quoth/scram.hpp>
#include <quoth/server_options.hpp>

#include "fuzz/support/client_view.hpp"
#include "fuzz/support/reference_text.hpp"
#include "fuzz/support/script.hpp"
#include "fuzz/support/session_world.hpp"
#include "session/connection.hpp"
#include "session/context.hpp"

namespace {

using namespace quoth;
using namespace quoth::fuzz;
namespace asio = boost::asio;

/// For files; one for all inputs, since a thread costs more than a session.
net::BlockingPool& pool() {
  static net::BlockingPool the_pool{1};
  return the_pool;
}

/// Everything that is not the connection's.
class TestServer {
 public:
  TestServer(const smtp::Limits& limits, const Choice& choice)
      : choice_{choice},
        options_{options_of(limits)},
        dialect_{smtp::standard_dialect(options_.limits, options_.protocol)},
        context_{options_, dialect_, chains_, defences_, pool()} {
    add_observers();
    if (choice_.offers_auth) add_login();
    add_envelope_handlers();
    add_message_handlers();
  }

  [[nodiscard]] session::Context& context() noexcept { return context_; }
  [[nodiscard]] const smtp::Dialect& dialect() const noexcept { return context_.clear.dialect(); }
  [[nodiscard]] const Records& records() const noexcept { return records_; }

  /// A session has ended: nothing of it is left.
  void check_rest() {
    QUOTH_ASSERT(records_.sinks == 0);
    QUOTH_ASSERT(records_.connects == 1 && records_.disconnects == 1);
    QUOTH_ASSERT(!context_.memory.take(options_.memory_bytes + 1));
    QUOTH_ASSERT(context_.memory.take(options_.memory_bytes));
    context_.memory.give(options_.memory_bytes);
  }

 private:
  [[nodiscard]] ServerOptions options_of(const smtp::Limits& limits) {
    ServerOptions options;
    options.hostname = "mx.test";
    options.limits = limits;
    options.protocol = choice_.is_lmtp ? smtp::Protocol::lmtp : smtp::Protocol::smtp;
    options.defences.refuse_early_talkers = choice_.defends;
    options.defences.refuse_bad_pipelining = choice_.defends;
    if (choice_.offers_auth) {
      options.auth.mechanisms = {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "XOAUTH2"};
    }
    options.auth.plain_text_in_clear = true;
    options.auth.is_required = choice_.demands_auth;
    options.auth.first_delay = options.auth.longest_delay = std::chrono::milliseconds{0};
    options.log = &log_;
    options.clock = &clock_;
    // A small buffer fits in, and little else.
    if (choice_.is_short_of_memory) options.memory_bytes = 9000;
    if (choice_.keeps_on_disk) options.content_in_memory_bytes = 16;
    return options;
  }

  void add_observers() {
    chains_.get<event::Connect>().append("count", [this](event::Connect&) {
      ++records_.connects;
      return choice_.refuses_client ? answer(554, "5.3.2 no service") : pass();
    });
    chains_.get<event::Disconnect>().append("count", [this](event::Disconnect& end) {
      ++records_.disconnects;
      QUOTH_ASSERT(!end.reason.empty());
    });
  }

  void add_login() {
    if (choice_.handlers_wait) {
      chains_.get<event::Auth>().append("wait", [](event::Auth&) -> Awaitable<Decision> {
        co_await give_way();
        co_return pass();
      });
    }
    chains_.get<event::Auth>().append("ann", [](event::Auth& auth) -> Decision {
      QUOTH_ASSERT(!auth.session.is_authenticated() && !auth.session.in_transaction());
      const auto* const password = std::get_if<auth::Password>(&auth.credentials);
      if (password == nullptr) return know(auth);
      if (password->user == "ann" && password->password == "pencil") return accept();
      if (password->user == "throw") throw std::runtime_error{"thrown for a client who wants it"};
      return decide_by(password->user);
    });
  }

  /// Nobody comes to the end of SCRAM: no input can foretell our nonce.
  static Decision know(event::Auth& auth) {
    const auto* const scram = std::get_if<auth::ScramUser>(&auth.credentials);
    if (scram == nullptr || scram->user != "ann") return pass();
    static const auth::ScramKeys sha1 = *auth::scram_keys_of(auth::ScramHash::sha1, "pencil", 1);
    static const auth::ScramKeys sha256 =
        *auth::scram_keys_of(auth::ScramHash::sha256, "pencil", 1);
    auth.use_keys(scram->hash == auth::ScramHash::sha1 ? sha1 : sha256);
    return accept();
  }

  void add_envelope_handlers() {
    if (choice_.handlers_wait) {
      const auto wait = [](auto& /*event*/) -> Awaitable<Decision> {
        co_await give_way();
        co_return pass();
      };
      chains_.get<event::Mail>().append("wait", wait);
      chains_.get<event::Rcpt>().append("wait", wait);
      chains_.get<event::Data>().append("wait", wait);
      chains_.get<event::Headers>().append("wait", wait);
      chains_.get<event::Message>().append("wait", wait);
      chains_.get<event::Reset>().append(
          "wait", [](event::Reset&) -> Awaitable<void> { co_await give_way(); });
    }
    chains_.get<event::Mail>().append("decide", [this](event::Mail& mail) {
      const std::string& user = mail.session.user();
      QUOTH_ASSERT(user.empty() || (choice_.offers_auth && user == "ann"));
      QUOTH_ASSERT(!user.empty() || !choice_.demands_auth);
      return decide_by(local_of(mail.sender));
    });
    chains_.get<event::Rcpt>().append("decide", [this](event::Rcpt& rcpt) {
      QUOTH_ASSERT(rcpt.envelope.recipients.size() < options_.limits.recipients);
      const Decision decision = decide_by(rcpt.recipient.local());
      return decision ? decision : accept();
    });
  }

  void add_message_handlers() {
    chains_.get<event::Data>().append("store", [this](event::Data& data) {
      if (local_of(data.envelope.mail.sender) == "data") return reject();
      data.store_in(std::make_unique<MemorySink>(records_, choice_.sink_fills));
      if (choice_.keeps_content) data.keep_content();
      return pass();
    });
    if (choice_.reads_headers) {
      chains_.get<event::Headers>().append("look", [this](event::Headers& headers) {
        QUOTH_ASSERT(headers.section.octets().size() <= options_.limits.header_bytes);
        return headers.section.count("X-No") > 0 ? reject() : pass();
      });
    }
    chains_.get<event::Message>().append(
        "decide", [this](event::Message& message) { return decide_message(message); });
  }

  [[nodiscard]] Decision decide_message(event::Message& message) const {
    QUOTH_ASSERT(message.size <= options_.limits.message_bytes);
    if (choice_.keeps_content) QUOTH_ASSERT(message.content().size() == message.size);
    const std::string_view sender = local_of(message.envelope.mail.sender);
    if (sender == "drop") return pass();
    if (sender == "throw") throw std::runtime_error{"thrown for a client who wants it"};
    for (const smtp::RcptArguments& recipient : message.envelope.recipients) {
      if (recipient.recipient.local() != "part") continue;
      message.outcomes.set(recipient.place, {550, "5.7.1 not you"});
    }
    return accept();
  }

  Choice choice_;
  WholeLog log_;
  FixedClock clock_;
  Records records_;
  ServerOptions options_;
  smtp::Dialect dialect_;
  Chains chains_;
  DefenceCounters defences_;
  session::Context context_;
};

/// The client's end of a connection, and the loop that the server's end runs in.
class Client {
 public:
  Client(session::Context& context, bool uses_pool) : context_{context}, uses_pool_{uses_pool} {
    std::array<int, 2> fds{};
    QUOTH_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) == 0);
    fd_ = fds[0];
    net::Socket socket{loop_.get_executor()};
    socket.assign(asio::generic::stream_protocol{AF_UNIX, SOCK_STREAM}, fds[1]);
    Session::Facts facts;
    facts.id = "FUZZ";
    facts.server = "smtpd";
    facts.hostname = "mx.test";
    asio::co_spawn(loop_, serve(context_, std::move(socket), std::move(facts)),
                   [this](const std::exception_ptr& error) {
                     QUOTH_ASSERT(!error);
                     is_served_ = true;
                   });
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(fd_); }

  /// Sends `octets`, unless the server has gone, and lets it do what it can.
  void say(std::string_view octets) {
    put(octets);
    settle();
  }

  /// Only sends: the server sees it when it next runs.
  void put(std::string_view octets) {
    while (!octets.empty()) {
      const ssize_t count = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN) return;
      if (count < 0) settle();
      octets.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
  }

  /// Lets the server work until it waits for the client.
  void settle() {
    bool is_busy = true;
    while (is_busy) {
      loop_.poll();
      hear();
      is_busy = !is_served_ && uses_pool_ && wait_for_pool();
    }
  }

  /// Says nothing more, and waits for the server's end.
  /// @returns all that the server said.
  std::string finish() {
    ::shutdown(fd_, SHUT_WR);
    while (!is_served_) {
      loop_.run_one_for(std::chrono::seconds{1});
      hear();
    }
    loop_.run();
    hear();
    return std::move(heard_);
  }

 private:
  static Awaitable<void> serve(session::Context& context, net::Socket socket,
                               Session::Facts facts) {
    session::Connection connection{context, net::Stream{std::move(socket)}, std::move(facts)};
    co_await connection.run();
  }

  /// What is with the pool comes back before this does. @returns whether there was something.
  [[nodiscard]] bool wait_for_pool() {
    std::promise<void> done;
    asio::post(context_.pool, [&] { done.set_value(); });
    done.get_future().wait();
    const bool has_come = loop_.poll() > 0;
    hear();
    return has_come;
  }

  void hear() {
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t count = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (count <= 0) return;
      heard_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  session::Context& context_;
  asio::io_context loop_{1};
  bool uses_pool_;
  int fd_ = -1;
  std::string heard_;
  bool is_served_ = false;
};

struct Outcome {
  std::string output;
  std::vector<Stored> stored;
};

struct Script {
  smtp::Limits limits;
  Choice choice;
  std::string_view said;
  std::vector<std::size_t> lengths;
};

Script script_of(std::string_view input) {
  Steering steering{input};
  const std::size_t limit_choice = steering.take();
  const std::size_t store_choice = steering.take();
  Script script{limits(limit_choice), Choice{store_choice, steering.take()}, steering.rest(), {}};
  script.limits.text = text_rules(store_choice);
  std::string_view& said = script.said;
  const auto take_last = [&] {
    const std::size_t octet = said.empty() ? 0 : static_cast<unsigned char>(said.back());
    said.remove_suffix(said.empty() ? 0 : 1);
    return octet;
  };
  const std::size_t count = take_last() % 16;
  for (std::size_t i = 0; i < count; ++i) script.lengths.push_back(take_last() + 1);
  return script;
}

/// Without what stands behind `lead` on its lines.
std::string without(std::string output, std::string_view lead) {
  for (std::size_t at = output.find(lead); at != std::string::npos; at = output.find(lead, at)) {
    at += lead.size();
    output.erase(at, output.find('\r', at) - at);
  }
  return output;
}

/// What is the same whenever the same is said. "queued as 1ABC…" is not, nor is a nonce.
std::string lasting(std::string output) {
  return without(without(std::move(output), "queued as "), "\n334 ");
}

/// The stored messages are those that the client has reason to think stored, as it sent them.
void check_view(const Script& script, const TestServer& server, std::string_view output) {
  const ClientView view{server.dialect(), script.said, output};
  const bool may_hang_up = !script.choice.is_same_however_cut();
  QUOTH_ASSERT(may_hang_up || !view.hung_up());
  const std::vector<Stored>& stored = server.records().stored;
  QUOTH_ASSERT(view.messages().size() == stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const Acknowledged& seen = view.messages()[i];
    QUOTH_ASSERT(seen.recipients == stored[i].recipients.size());
    const ReferenceText text = delivered_text(seen, script.limits, stored[i].is_binary);
    QUOTH_ASSERT(text.fault == smtp::BodyFault::none && text.text == stored[i].text);
    QUOTH_ASSERT(text.text.size() <= script.limits.message_bytes);
  }
}

/// One session, `send` says how the client talks.
template <class Send>
Outcome run(const Script& script, Send send) {
  TestServer server{script.limits, script.choice};
  std::string output;
  {
    Client client{server.context(), script.choice.uses_pool()};
    if (!script.choice.talks_early) client.settle();
    send(client);
    output = client.finish();
  }
  server.check_rest();
  if (script.choice.talks_early && script.choice.defends && !script.said.empty() &&
      !script.choice.refuses_client) {
    QUOTH_ASSERT(output.starts_with("554 ") && output.find('\n') + 1 == output.size());
  } else {
    check_view(script, server, output);
  }
  return {lasting(std::move(output)), server.records().stored};
}

Outcome run_whole(const Script& script) {
  return run(script, [&](Client& client) {
    client.put(script.said);
    client.settle();
  });
}

Outcome run_cut(const Script& script) {
  return run(script, [&](Client& client) {
    std::string_view rest = script.said;
    const std::size_t octets = 1 + (rest.size() / 500);  // so that long ones do not take for ever
    for (std::size_t i = 0; !rest.empty(); ++i) {
      const std::size_t length =
          script.lengths.empty() ? octets : script.lengths[i % script.lengths.size()];
      const std::string_view piece = rest.substr(0, length);
      rest.remove_prefix(piece.size());
      client.say(piece);
    }
  });
}

/// Whether a text may be given up before its end: what is known to be wrong with it then depends on
/// the pieces.
bool may_give_up(const Script& script) {
  return script.limits.discarded_bytes < std::size_t{1} << 20U;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Script script = script_of({reinterpret_cast<const char*>(data), size});
  const Outcome whole = run_whole(script);
  const Outcome cut = run_cut(script);
  if (!script.choice.is_same_however_cut()) return 0;
  QUOTH_ASSERT(cut.stored == whole.stored);
  if (!may_give_up(script)) QUOTH_ASSERT(cut.output == whole.output);
  return 0;
}
