import { javascript, javascriptLanguage, scopeCompletionSource } from '@codemirror/lang-javascript';
import { keymap } from '@codemirror/view';
import { basicSetup, EditorView } from 'codemirror';
import type { Names } from './protocol.js';

type CompletionContext = Parameters<ReturnType<typeof scopeCompletionSource>>[0];

/** Where programs are written. */
export class Editor {
  private readonly view: EditorView;
  private scope: object = {};

  /** @param onRun for Ctrl+Enter */
  constructor(parent: HTMLElement, onRun: () => void) {
    const run = (): boolean => { onRun(); return true; };
    this.view = new EditorView({
      parent,
      extensions: [
        keymap.of([{ key: 'Mod-Enter', run }]), // before the usual ones, of which one is a new line
        basicSetup,
        javascript({ typescript: true }),
        javascriptLanguage.data.of({ autocomplete: (context: CompletionContext) => scopeCompletionSource(this.scope)(context) }),
      ],
    });
  }

  get text(): string { return this.view.state.doc.toString(); }

  set text(text: string) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true });
  }

  /** Offers the names that `torch` holds, under that name and PyTorch's usual short ones. */
  complete(torch: Names): void {
    this.scope = { torch, nn: torch['nn'], F: torch['nn']['functional'], optim: torch['optim'] };
  }
}
