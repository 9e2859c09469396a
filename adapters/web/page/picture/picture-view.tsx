import './picture-view.css';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { bounded, boxAt, ontoFrame, type Shape, type Size, WHOLE, zoomed } from './geometry.ts';
import { paint } from './paint.ts';
import { usePointers } from './pointers.ts';

export type { Shape } from './geometry.ts';

export interface PictureViewProps {
  /** URL of the picture: a path, blob: or data:. */
  readonly source: string;
  /** The oriented picture that the shapes refer to, in pixels. */
  readonly size: Size;
  readonly shapes: readonly Shape[];
  /** What is in the picture, for those who do not see it. */
  readonly alt: string;
  /** Told the id of the smallest box that was clicked. */
  readonly onPick?: (id: string) => void;
  readonly zoomable?: boolean;
}

const STEP = 1.4;
/** How far an arrow key moves a zoomed picture, in pixels of the screen. */
const MOVE = 60;

/** Keys of a zoomable picture: factor, and movement in pixels of the screen. */
const KEYS: Readonly<Record<string, readonly [factor: number, x: number, y: number]>> = {
  '+': [STEP, 0, 0],
  '=': [STEP, 0, 0],
  '-': [1 / STEP, 0, 0],
  '0': [0, 0, 0],
  ArrowLeft: [1, MOVE, 0],
  ArrowRight: [1, -MOVE, 0],
  ArrowUp: [1, 0, MOVE],
  ArrowDown: [1, 0, -MOVE],
};

/**
 * A picture with what is marked in it, as wide as its parent and at most `--picture-height` high (75 % of the window unless set). Zoomed by the wheel
 * (where it has the focus, or with Ctrl), by pinching, by + - 0; moved by dragging and the arrow keys.
 */
export function PictureView(props: PictureViewProps): JSX.Element {
  const { source, size, shapes, alt, onPick, zoomable = false } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = useImage(source);
  const frame = useFrame(canvas);
  const scheme = useScheme();
  const [seen, setView] = useState(WHOLE);
  const view = bounded(seen, frame);
  useLayoutEffect(() => setView(WHOLE), [source]);

  // Before the browser paints, so that a dragged slider is followed in the same frame.
  useLayoutEffect(() => {
    if (image.state !== 'here' || frame.width === 0) return;
    draw(canvas.current!, image.image, { size, frame, view, shapes });
  }, [image, size.width, size.height, frame, view.zoom, view.x, view.y, shapes, scheme]);

  const zoom = (factor: number, at?: readonly [number, number]) =>
    setView((now) => zoomed(bounded(now, frame), factor, at ?? [frame.width / 2, frame.height / 2], frame));
  const move = (x: number, y: number) =>
    setView((now) => bounded({ zoom: now.zoom, x: now.x + x, y: now.y + y }, frame));
  const pick = (at: readonly [number, number]) => {
    const id = boxAt(shapes, at, (box) => ontoFrame(box, size, frame, view));
    if (id !== undefined) onPick?.(id);
  };
  usePointers(canvas, { zoomable, isZoomed: view.zoom > 1, zoom, move, pick });

  function onKey(event: KeyboardEvent) {
    const key = KEYS[event.key];
    if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
    const [factor, x, y] = key;
    // At full size the arrow keys scroll the page.
    if (factor === 1 && view.zoom === 1) return;
    event.preventDefault();
    if (factor === 0) setView(WHOLE);
    else if (factor === 1) move(x, y);
    else zoom(factor);
  }

  const marked = useMemo(() => describe(shapes), [shapes]);
  return (
    <figure
      class={['picture-view', onPick && 'pickable', view.zoom > 1 && 'zoomed'].filter(Boolean).join(' ')}
      style={{
        aspectRatio: `${size.width} / ${size.height}`,
        width: `min(100%, calc(var(--picture-height, 75vh) * ${size.width / size.height}))`,
      }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a picture that can be zoomed is no fieldset */}
      <div
        class="picture-frame"
        role="group"
        aria-label={zoomable ? `${alt}. + and - zoom, 0 shows all, arrow keys move.` : alt}
        tabIndex={zoomable ? 0 : undefined}
        onKeyDown={zoomable ? onKey : undefined}
      >
        <canvas ref={canvas} role="img" aria-label={alt} />
        {image.state === 'failed' && <p class="picture-failed">The picture cannot be shown here.</p>}
      </div>
      {zoomable && (
        <div class="picture-zoom">
          <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(STEP)}>
            +
          </button>
          <button
            type="button"
            aria-label="Zoom out"
            title="Zoom out (-)"
            disabled={view.zoom === 1}
            onClick={() => zoom(1 / STEP)}
          >
            −
          </button>
        </div>
      )}
      <figcaption class="picture-marked">
        {marked.length === 0 ? (
          'Nothing is marked.'
        ) : (
          <ul>
            {marked.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </figcaption>
    </figure>
  );
}

/** What is marked, a line each. */
function describe(shapes: readonly Shape[]): string[] {
  const lines = shapes.flatMap((shape) => {
    if (shape.kind === 'line') return [];
    const [x1, y1, x2, y2] = shape.box.map(Math.round);
    return [`${shape.label ?? 'A region'}: from ${x1}, ${y1} to ${x2}, ${y2} pixels`];
  });
  return [...new Set(lines)];
}

type Loaded =
  | { readonly state: 'loading' | 'failed' }
  | { readonly state: 'here'; readonly image: HTMLImageElement };

function useImage(source: string): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });
  useEffect(() => {
    const image = new Image();
    let isWanted = true;
    image.onload = () => isWanted && setLoaded({ state: 'here', image });
    image.onerror = () => isWanted && setLoaded({ state: 'failed' });
    image.src = source;
    return () => {
      isWanted = false;
    };
  }, [source]);
  return loaded;
}

/** The size of an element in pixels of the screen, followed as it changes. */
function useFrame(element: { readonly current: HTMLElement | null }): Size {
  const [frame, setFrame] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element.current!;
      setFrame((now) => (now.width === width && now.height === height ? now : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return frame;
}

/** Changes when the colours do. */
function useScheme(): boolean {
  const [isDark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const query = matchMedia(DARK);
    const follow = () => setDark(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return isDark;
}

const DARK = '(prefers-color-scheme: dark)';

/** Pictures as large as they were last seen whole: a photo of a telephone takes long to be made smaller. */
const scaled = new WeakMap<HTMLImageElement, OffscreenCanvas>();

function atSize(image: HTMLImageElement, width: number, height: number): OffscreenCanvas {
  const before = scaled.get(image);
  if (before?.width === width && before.height === height) return before;
  const made = new OffscreenCanvas(width, height);
  const context = made.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, width, height);
  scaled.set(image, made);
  return made;
}

function draw(
  canvas: HTMLCanvasElement,
  image: HTMLImageElement,
  what: Pick<Parameters<typeof paint>[1], 'size' | 'frame' | 'view' | 'shapes'>,
): void {
  const { width, height } = what.frame;
  const ratio = window.devicePixelRatio;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext('2d')!;
  context.setTransform(w / width, 0, 0, h / height, 0, 0);
  const styles = getComputedStyle(canvas);
  const colourOf = (variable: string) => styles.getPropertyValue(variable).trim();
  const seen = what.view.zoom === 1 ? atSize(image, w, h) : image;
  paint(context, { ...what, image: seen, colourOf, font: styles.fontFamily });
}
