import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A request that is not answered for so long is given up: longer than any epoch. */
const PATIENCE_MS = 20 * 60_000;

/** A process that serves requests, one at a time, in lines of JSON: what serve.mjs and pytorch.py are. */
export class Contender {
  #process;
  #answers;
  #stderr = '';

  /** @param {readonly string[]} command @param {Record<string, string>} [environment] */
  constructor([program, ...args], environment = {}) {
    this.#process = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#process.stderr.on('data', (chunk) => { this.#stderr = (this.#stderr + chunk).slice(-4000); });
    // What goes wrong shows as the end of the answers.
    this.#process.on('error', (error) => { this.#stderr = error.message; });
    this.#process.stdin.on('error', () => {});
  }

  /** @returns {Promise<any>} the answer @throws Error with what the process says went wrong */
  async ask(request) {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS);
    });
    try {
      const { value, done } = await Promise.race([this.#answers.next(), late]);
      if (done) throw new Error(lastLine(this.#stderr) || 'the process ended');
      const answer = JSON.parse(value);
      if (answer.error !== undefined) throw new Error(answer.error.split('\n')[0]);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  end() { this.#process.kill(); }
}

const lastLine = (text) => text.trim().split('\n').at(-1);
