// A server with smtp-server that takes every message and keeps none.
//
//   node main.js --port N [--cert FILE --key FILE]
"use strict";

const fs = require("node:fs");
const { parseArgs } = require("node:util");

const { SMTPServer } = require("smtp-server");

const text = { type: "string" };
const { values } = parseArgs({ options: { port: text, cert: text, key: text } });
const tls = values.cert
  ? { cert: fs.readFileSync(values.cert), key: fs.readFileSync(values.key) }
  : { disabledCommands: ["AUTH", "STARTTLS"] };

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH"],
  disableReverseLookup: true,
  logger: false,
  name: "node.example.test",
  onData(stream, session, done) {
    stream.on("end", () => done(null, "OK"));
    stream.resume();
  },
  ...tls,
});
server.on("error", (error) => console.error(error.message));
server.listen({ port: Number(values.port), host: "127.0.0.1", backlog: 1024 });
