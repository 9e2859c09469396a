import { useEffect, useRef } from 'preact/hooks';

type Point = readonly [x: number, y: number];

interface Gestures {
  readonly zoomable: boolean;
  readonly isZoomed: boolean;
  readonly zoom: (factor: number, at: Point) => void;
  readonly move: (x: number, y: number) => void;
  readonly pick: (at: Point) => void;
}

/** A press that moved less is a click, in pixels of the screen. */
const CLICK = 5;

/** Mouse, pen and fingers on a canvas: dragging, pinching, the wheel, a click. */
export function usePointers(
  canvas: { readonly current: HTMLCanvasElement | null },
  gestures: Gestures,
): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => listen(canvas.current!, () => latest.current), [canvas]);
}

function listen(element: HTMLCanvasElement, gestures: () => Gestures): () => void {
  const pressed = new Map<number, Point>();
  let travelled = 0;
  const at = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };

  function onDown(event: PointerEvent) {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    if (pressed.size === 0) travelled = 0;
    pressed.set(event.pointerId, at(event));
  }

  function onMove(event: PointerEvent) {
    const before = pressed.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    pressed.set(event.pointerId, now);
    travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
    const { zoomable, isZoomed, zoom, move } = gestures();
    if (!zoomable || travelled < CLICK) return;
    if (other) {
      const apart = (point: Point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
      if (apart(before) > 0)
        zoom(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
    } else if (isZoomed) move(now[0] - before[0], now[1] - before[1]);
  }

  function onUp(event: PointerEvent) {
    const wasPressed = pressed.delete(event.pointerId);
    if (wasPressed && pressed.size === 0 && travelled < CLICK) gestures().pick(at(event));
  }

  const onCancel = ({ pointerId }: PointerEvent) => void pressed.delete(pointerId);

  function onWheel(event: WheelEvent) {
    const { zoomable, isZoomed, zoom } = gestures();
    const isMeant = event.ctrlKey || document.activeElement === element.parentElement;
    if (!zoomable || !isMeant) return;
    // A picture that is seen whole lets the page scroll on.
    if (event.deltaY > 0 && !isZoomed && !event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), at(event));
  }

  const listeners = {
    pointerdown: onDown,
    pointermove: onMove,
    pointerup: onUp,
    pointercancel: onCancel,
    wheel: onWheel,
  } as unknown as Record<string, EventListener>;
  for (const [name, listener] of Object.entries(listeners)) {
    element.addEventListener(name, listener, { passive: false });
  }
  return () => {
    for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener);
  };
}
