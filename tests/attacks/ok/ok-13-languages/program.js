// Promises, a timer, a worker's worth of memory, the file system.
const fs = require("fs");
fs.writeFileSync("/tmp/legal-text", "9");
const n = Number(fs.readFileSync("/tmp/legal-text", "utf8"));
const squares = Array.from({ length: n }, (_, i) => (i + 1) ** 2);
Promise.all(squares.map((s) => new Promise((resolve) => setTimeout(() => resolve(s), 1))))
    .then((all) => console.log("done " + all.reduce((a, b) => a + b)));
