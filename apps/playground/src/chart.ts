import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

const COLOURS = ['#d9480f', '#1971c2', '#2f9e44', '#9c36b5', '#e8590c', '#0c8599'];

/** Curves that grow while a program runs; drawn at most once a frame. */
export class Chart {
  private readonly curves = new Map<string, number[]>();
  private drawn: uPlot | null = null;
  private waits = false;

  constructor(private readonly parent: HTMLElement) {}

  add(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      const curve = this.curves.get(name);
      if (curve) curve.push(value);
      else {
        this.curves.set(name, [value]);
        this.drawn?.destroy(); // a curve more is another chart
        this.drawn = null;
      }
    }
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => { this.waits = false; this.draw(); });
  }

  private draw(): void {
    const curves = [...this.curves.values()], most = Math.max(...curves.map((curve) => curve.length));
    const data = [Array.from({ length: most }, (_, i) => i + 1), ...curves.map((curve) => [...curve, ...new Array<null>(most - curve.length).fill(null)])];
    if (this.drawn) return this.drawn.setData(data as uPlot.AlignedData);
    this.drawn = new uPlot({
      width: Math.max(240, this.parent.clientWidth), height: 220,
      scales: { x: { time: false } },
      series: [{ label: 'step' }, ...[...this.curves.keys()].map((label, i) => ({ label, stroke: COLOURS[i % COLOURS.length], width: 1.5 }))],
    }, data as uPlot.AlignedData, this.parent);
  }
}
