// npm osc: node osc_js.js udp|tcp|ws PORT

const osc = require("osc");
const { talk, heard } = require("./say.js");

const [kind, number] = process.argv.slice(2);
const port = Number(number);
const client = {
  udp: () => new osc.UDPPort({ localPort: 0, remoteAddress: "127.0.0.1", remotePort: port }),
  tcp: () => new osc.TCPSocketPort({ address: "127.0.0.1", port }),
  ws: () => new osc.WebSocketPort({ url: `ws://127.0.0.1:${port}/` }),
}[kind]();

client.on("message", (message) => heard(message.address, message.args));
client.on("error", (error) => { console.error(error); process.exit(1); });
client.on(kind === "tcp" ? "open" : "ready", () =>
  talk((address, values) => client.send({ address, args: values.map(typed) })));
client.open();

function typed(value) {
  return typeof value === "number" ? { type: "f", value } : { type: "s", value };
}
