// npm osc: node osc_js.js udp|tcp|ws PORT

const osc = require("osc");
const WebSocket = require("ws");
const { talk, heard } = require("./say.js");

const [kind, number] = process.argv.slice(2);
const port = Number(number);
const speak = (client) => talk((address, values) => client.send({ address, args: values.map(typed) }));

if (kind === "ws") {
  // Node has a WebSocket of its own by now, whose messages osc.js does not know.
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.on("open", () => speak(hear(new osc.WebSocketPort({ socket }))));
} else {
  const client = hear(kind === "tcp"
    ? new osc.TCPSocketPort({ address: "127.0.0.1", port })
    : new osc.UDPPort({ localPort: 0, remoteAddress: "127.0.0.1", remotePort: port }));
  client.on(kind === "tcp" ? "open" : "ready", () => speak(client));
  client.open();
}

function hear(client) {
  client.on("message", (message) => heard(message.address, message.args));
  client.on("error", (error) => { console.error(error); process.exit(1); });
  return client;
}

function typed(value) {
  return typeof value === "number" ? { type: "f", value } : { type: "s", value };
}
