/**
 * Resolves in a task of its own. Finalizers, which give the memory of dropped tensors back, run between tasks and
 * never between promises, so a loop that only ever awaits promises would hold all its tensors.
 * @internal
 */
export const macrotask: () => Promise<void> = typeof setImmediate === 'function'
  ? () => new Promise((resolve) => { setImmediate(resolve); })
  : () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    (port1 as unknown as { onmessage: () => void }).onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
