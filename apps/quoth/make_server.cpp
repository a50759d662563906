#include "apps/quoth/make_server.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <quoth/delivery.hpp>
#include <quoth/network.hpp>
#include <quoth/users_file.hpp>

#include "apps/quoth/mail_names.hpp"
#include "plugins/logins/logins.hpp"
#include "plugins/recipients/recipients.hpp"
#include "plugins/submission/submission.hpp"

namespace quoth::app {
namespace {

/// The host as the domain of a mailbox. A machine may have a name that is none, such as "my_pc".
std::string mail_domain_of_host(const Server& server) {
  const std::string& name = server.options().hostname;
  return problem_of_domain(name).empty() ? name : "localhost";
}

std::vector<Network> networks_of(const RelayRule& relay) {
  std::vector<Network> result;
  for (const std::string& network : relay.networks) result.push_back(Network::parse(network));
  return result;
}

void use_logins(Server& server, const Listener& listener, UsersByPath& users) {
  const Logins& logins = listener.auth;
  if (!logins.certificates.empty()) {
    server.use(std::make_unique<plugins::CertificateUsers>(logins.certificates));
  }
  if (!logins.users_file.empty()) {
    std::shared_ptr<SharedUsers>& shared = users[logins.users_file];
    if (!shared) {
      UsersFileOptions options;
      options.path = logins.users_file;
      shared = std::make_shared<SharedUsers>(std::move(options));
    }
    server.use(shared->plugin());
  } else if (listener.role == Role::dev) {
    server.use(std::make_unique<plugins::AnyPassword>());
  }
}

void use_submission(Server& server, const Listener& listener) {
  plugins::SenderRules senders{listener.accept, listener.senders};
  server.use(
      std::make_unique<plugins::Submission>(std::move(senders), networks_of(listener.relay)));
}

/// Behind the routes: who may relay is looked at before a domain without a route is refused.
void use_recipients(Server& server, const Config& config, const Listener& listener) {
  plugins::RelayRules relay{.for_authenticated = listener.relay.for_authenticated,
                            .networks = networks_of(listener.relay),
                            .routed = {}};
  for (const MailRoute& route : config.routes) relay.routed.push_back(route.domain);
  plugins::RecipientTable table{{
      .accept = listener.accept,
      .known = config.recipients,
      .hostname = mail_domain_of_host(server),
  }};
  server.use(std::make_unique<plugins::Recipients>(std::move(table), std::move(relay)));
}

std::unique_ptr<Plugin> routes_of(const Config& config) {
  std::vector<Route> result;
  result.reserve(config.routes.size());
  for (const MailRoute& route : config.routes) result.push_back({route.domain, route.via});
  return routes(std::move(result));
}

}  // namespace

ServerOptions server_options(const Config& config, const Listener& listener, Log& log) {
  ServerOptions options;
  options.hostname = config.hostname;
  options.listen = listener.listen;
  options.alias = listener.alias;
  options.threads = config.threads;
  options.unix_mode = listener.unix_mode;
  options.protocol = listener.role == Role::lmtp ? smtp::Protocol::lmtp : smtp::Protocol::smtp;
  options.extensions = listener.extensions;
  options.limits = config.limits;
  options.limits.text = listener.text;
  options.tls = config.tls;
  options.tls.mode = listener.tls;
  options.auth = listener.auth.options;
  options.trust = listener.trust;
  options.timeouts = config.timeouts;
  options.connections = config.connections;
  options.defences = config.defences;
  options.memory_bytes = config.memory_bytes;
  options.grace = config.grace;
  options.log = &log;
  return options;
}

std::unique_ptr<Server> make_server(const Config& config, const Listener& listener, Log& log,
                                    UsersByPath& users) {
  auto server = std::make_unique<Server>(server_options(config, listener, log));
  use_logins(*server, listener, users);
  if (listener.role == Role::submission) use_submission(*server, listener);
  server->use(routes_of(config));
  use_recipients(*server, config, listener);
  return server;
}

}  // namespace quoth::app
