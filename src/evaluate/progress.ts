/** A line on stderr with share, rate and remaining time; silent where stderr is no terminal. */
export function createProgress(total: number, stream: NodeJS.WriteStream = process.stderr) {
  const start = Date.now();
  let done = 0;
  return {
    tick(): void {
      done++;
      if (!stream.isTTY) return;
      const rate = done / Math.max(0.001, (Date.now() - start) / 1000);
      const left = Math.ceil((total - done) / rate);
      stream.write(`\r${done}/${total}  ${rate.toFixed(1)} a second  ${left} s left   `);
    },
    done(): void {
      if (stream.isTTY) stream.write('\r\u001b[K');
    },
  };
}
