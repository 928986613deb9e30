// What every client here does: set a row, ask for it, listen, and end when another client's move has arrived.
// Everything that is heard goes to the output, one JSON array a line.

const LIMIT_MS = 20000;

function talk(send) {
  setTimeout(() => process.exit(1), LIMIT_MS);
  send("/lmdm/mix/gain", [-6.5]);
  send("/lmdm/mix/gain", []);
  send("/lmdm/listen", ["mix/pan"]);
}

function heard(address, values) {
  console.log(JSON.stringify([address, ...values]));
  if (address === "/lmdm/mix/pan" && values[0] === 0.25) process.exit(0);
}

module.exports = { talk, heard };
