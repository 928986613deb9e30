// npm node-osc: node node_osc.js PORT. It hears on another port than it sends from, and says so.

const { Client, Server } = require("node-osc");
const { talk, heard } = require("./say.js");

const client = new Client("127.0.0.1", Number(process.argv[2]));
const server = new Server(0, "127.0.0.1", () => {
  const ear = server._sock.address().port;
  talk((address, values) => {
    const more = address === "/lmdm/listen" ? [60, ear] : [];
    client.send(address, ...values, ...more);
  });
});
server.on("message", ([address, ...values]) => heard(address, values));
client._sock.on("message", (packet, from) => server._sock.emit("message", packet, from));
