import { SingleBar } from 'cli-progress';

/** Shows how far an epoch is: a bar on a terminal, now and then a line elsewhere. */
export interface Progress {
  /** @param loss of the last batch */
  advance(images: number, loss: number): void;
  /** prints a line, above the bar where there is one */
  note(line: string): void;
  stop(): void;
}

export function epochProgress(label: string, images: number, print: (line: string) => void): Progress {
  const started = performance.now();
  const rate = (done: number): number => Math.round(done / ((performance.now() - started) / 1000));
  return process.stdout.isTTY ? bar(label, images, rate, print) : lines(label, images, rate, print);
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function bar(label: string, images: number, rate: (done: number) => number, print: (line: string) => void): Progress {
  let done = 0;
  const shown = new SingleBar({
    format: `${label} {bar} {percentage}% | loss {loss} | {rate} images/s`, barCompleteChar: '█', barIncompleteChar: '░',
    hideCursor: true, clearOnComplete: true, stream: process.stdout,
  });
  shown.start(images, 0, { loss: '-', rate: '-' });
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    shown.stop();
  };
  // the bar hides the cursor: give it back before the signal ends the program
  const interrupted = (signal: NodeJS.Signals): void => {
    stop();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  return {
    advance(n, loss) {
      done += n;
      shown.update(done, { loss: loss.toFixed(4), rate: rate(done) });
    },
    note(line) {
      // a bar that is stopped is wiped away
      shown.stop();
      print(line);
      shown.start(images, done, { loss: '-', rate: '-' });
    },
    stop,
  };
}

function lines(label: string, images: number, rate: (done: number) => number, print: (line: string) => void): Progress {
  let done = 0, next = 0.25;
  return {
    advance(n, loss) {
      done += n;
      if (done < next * images || done >= images) return;
      print(`${label} ${Math.floor((100 * done) / images)}% | loss ${loss.toFixed(4)} | ${rate(done)} images/s`);
      next = Math.floor((4 * done) / images) / 4 + 0.25;
    },
    note: print,
    stop() {},
  };
}
