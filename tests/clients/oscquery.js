// npm oscquery: node oscquery.js PORT [mdns]. Reads the program's tree, and speaks to it where that says: OSCQuery's
// LISTEN as text, and OSC as binary frames of npm osc. With mdns it is told where by the network.

const { OSCQueryDiscovery } = require("oscquery");
const osc = require("osc");
const WebSocket = require("ws");
const { talk, heard } = require("./say.js");

const [number, way] = process.argv.slice(2);
const port = Number(number);
const discovery = new OSCQueryDiscovery();
discovery.on("error", (error) => { console.error(error); process.exit(1); });
discovery.on("up", (service) => {
  if (service.port !== port) return; // somebody else's
  const gain = service.resolvePath("/lmdm/mix/gain");
  const { RANGE: [range], VALUE: [value] } = gain.serialize();
  console.log(JSON.stringify(["found", service.address, service.hostInfo.name, service.hostInfo.oscPort]));
  console.log(JSON.stringify(["tree", service.flat().length, range.MIN, range.MAX, value]));
  speak(`ws://${service.hostInfo.wsIp}:${service.hostInfo.wsPort}/`);
});
if (way === "mdns") discovery.start();
else discovery.queryNewService("127.0.0.1", port);

function speak(url) {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.on("open", () => talk((address, values) => {
    if (address === "/lmdm/listen") socket.send(JSON.stringify({ COMMAND: "LISTEN", DATA: "/lmdm/mix/pan" }));
    else socket.send(osc.writePacket({ address, args: values.map((value) => ({ type: "f", value })) }));
  }));
  socket.on("message", (data, isBinary) => {
    if (!isBinary) return;
    const message = osc.readPacket(new Uint8Array(data), {});
    heard(message.address, message.args);
  });
}
